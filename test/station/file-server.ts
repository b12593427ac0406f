import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  method: string
  path: string
  body: Buffer
}

/** What a request is answered with: a body for 200, a status, or nothing ever. */
export type Serving = Buffer | number | 'silence'

/** A web server that files are sent to and fetched from. */
export class FileServer {
  readonly received: Received[] = []
  /** One after the other, the last for good. */
  serves: Serving[] = [200]
  readonly #http: Server

  private constructor() {
    this.#http = createServer(async (request, response) => {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece as Buffer)
      this.received.push({
        method: request.method ?? '',
        path: request.url ?? '',
        body: Buffer.concat(pieces),
      })
      const serving = (this.serves.length > 1 ? this.serves.shift() : this.serves[0]) ?? 200
      if (typeof serving === 'number') response.writeHead(serving).end()
      else if (serving !== 'silence') response.end(serving)
    })
  }

  static async listen(): Promise<FileServer> {
    const server = new FileServer()
    server.#http.listen(0, '127.0.0.1')
    await once(server.#http, 'listening')
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections()
    this.#http.close()
    await once(this.#http, 'close')
  }
}

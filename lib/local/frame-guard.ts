/**
 * Reads the headers of the WebSocket frames that pass in a stream of bytes, to find one whose payload is larger than the
 * limit as soon as its header is there. `ws` limits messages only, and API Gateway also limits frames (RFC 6455 §5.2).
 */
export class FrameGuard {
  private readonly limit: number
  /** Bytes of the current frame's mask and payload that are still to come. */
  private skip = 0
  private header = Buffer.alloc(0)

  constructor(limit: number) {
    this.limit = limit
  }

  /** True when these bytes begin a frame over the limit; the guard is of no use after that. */
  exceeds(chunk: Buffer): boolean {
    let rest = chunk
    while (rest.length > 0) {
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, rest.length)
        this.skip -= skipped
        rest = rest.subarray(skipped)
        continue
      }
      const missing = headerLength(this.header) - this.header.length
      this.header = Buffer.concat([this.header, rest.subarray(0, missing)])
      rest = rest.subarray(missing)
      if (this.header.length < headerLength(this.header)) continue
      const payload = payloadLength(this.header)
      if (payload > this.limit) return true
      this.skip = payload + ((this.header[1] ?? 0) & 0x80 ? 4 : 0)
      this.header = Buffer.alloc(0)
    }
    return false
  }
}

/** Of opcode and length alone, without the mask: as long as the length's own form asks for. */
function headerLength(header: Buffer): number {
  const form = (header[1] ?? 0) & 0x7f
  return header.length < 2 ? 2 : form === 127 ? 10 : form === 126 ? 4 : 2
}

function payloadLength(header: Buffer): number {
  const form = (header[1] ?? 0) & 0x7f
  return form === 127 ? Number(header.readBigUInt64BE(2)) : form === 126 ? header.readUInt16BE(2) : form
}

/** As long as the URL is good. */
const TIMEOUT_MILLISECONDS = 3_600_000

/** Sends a file to where the API says; `progress` is told how much of it has gone, from 0 to 1. */
export function put(url: string, file: File, progress: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', url)
    request.timeout = TIMEOUT_MILLISECONDS
    request.upload.onprogress = ({ loaded, total }) => progress(total === 0 ? 1 : loaded / total)
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(`HTTP ${request.status}`)))
    request.onerror = () => reject(new TypeError('The storage could not be reached from this page'))
    request.ontimeout = () => reject(new DOMException('It took too long', 'TimeoutError'))
    request.send(file)
  })
}

/** The same by a shell, for where the storage takes nothing from a browser. */
export const commandOf = (url: string, name: string): string => `curl -T ${quoted(name)} ${quoted(url)}`

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

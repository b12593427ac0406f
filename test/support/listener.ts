/** Keeps what a command line writes to the two streams of its process. */
export function listener() {
  const said = { out: '', err: '' }
  return {
    said,
    write: (text: string): void => {
      said.out += text
    },
    writeError: (text: string): void => {
      said.err += text
    },
  }
}

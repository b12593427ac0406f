/** Why a file cannot be read or written, in words. */
export function fileTrouble(error: Error): string {
  const { code, path, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `there is no file or folder ${path}`
  if (code === 'EISDIR') return `${path ?? 'that'} is a folder, not a file`
  if (code === 'EACCES') return `${path} may not be read or written`
  return message
}

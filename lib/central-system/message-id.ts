import { createHash } from 'node:crypto'

/**
 * The message id of a call that is asked for by another one, or by a task: the same facts give the same id, so whoever asks
 * again asks for nothing more. It keeps the time of the id it comes from, by which ids are ordered (UUIDv7).
 */
export function derivedMessageId(from: string, ...facts: (string | number)[]): string {
  const time = from.replaceAll('-', '').slice(0, 12).padEnd(12, '0')
  const hash = createHash('sha256')
    .update(JSON.stringify([from, ...facts]))
    .digest('hex')
  const variant = ((Number.parseInt(hash.slice(3, 4), 16) & 0x3) | 0x8).toString(16)
  return [
    time.slice(0, 8),
    time.slice(8, 12),
    `7${hash.slice(0, 3)}`,
    `${variant}${hash.slice(4, 7)}`,
    hash.slice(7, 19),
  ].join('-')
}

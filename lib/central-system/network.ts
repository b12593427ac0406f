/**
 * Who counts as one when wrong passwords are counted: an IPv4 address, or the 64 leading bits of an IPv6 address, of which
 * a single host may have as many addresses as it likes.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.toLowerCase().split('%')
  const [mapped] = /\d+\.\d+\.\d+\.\d+$/.exec(plain) ?? []
  if (mapped !== undefined) return mapped
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = (text: string) => text.split(':').filter((each) => each !== '')
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const all = [...before, ...Array<string>(zeros).fill('0'), ...after]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

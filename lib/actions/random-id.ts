/** A positive 31-bit integer for a request or a reservation: what stations keep such ids in holds no more. */
export function randomId(): number {
  const [bits = 0] = crypto.getRandomValues(new Uint32Array(1))
  return bits >>> 1 || 1
}

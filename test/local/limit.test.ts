import { expect, it } from 'vitest'
import { limited } from '../../lib/local/limit.ts'

it('lets so many events be under way and no more, in the order in which they came', async () => {
  const begun: unknown[] = []
  const end: (() => void)[] = []
  const invoke = limited((_, event) => {
    begun.push(event)
    return new Promise((resolve, reject) =>
      end.push(() => (event === 2 ? reject(new Error('As asked')) : resolve(event))),
    )
  }, 2)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const outcomes = [1, 2, 3, 4].map((event) => invoke('any', event).catch((error: Error) => error.message))
  await turn()
  expect(begun).toEqual([1, 2])
  end[1]?.()
  await turn()
  expect(begun).toEqual([1, 2, 3])
  end[0]?.()
  await turn()
  for (const each of end) each()
  expect(await Promise.all(outcomes)).toEqual([1, 'As asked', 3, 4])
})

import type { SQSEvent } from 'aws-lambda'
import { expect, it } from 'vitest'
import { handleBatch } from '../../functions/batch.ts'
import type { Log } from '../../lib/central-system/system.ts'

const batchOf = (...bodies: string[]) =>
  ({ Records: bodies.map((body, position) => ({ messageId: `m${position}`, body })) }) as SQSEvent

function logInto(logged: string[]): Log {
  const note = (_message: string, { error }: Record<string, unknown> = {}) => void logged.push(String(error))
  return { info: note, warn: note, error: note }
}

it('has the messages that failed come again, and not the others', async () => {
  const logged: string[] = []
  const handled: unknown[] = []
  const answer = await handleBatch<{ n: number }>(
    batchOf('{"n":1}', '{"n":2}', 'no JSON', '{"n":3}'),
    logInto(logged),
    async (message) => {
      if (message.n === 2) throw new Error('not two')
      handled.push(message)
    },
  )
  expect(handled).toEqual([{ n: 1 }, { n: 3 }])
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] })
  expect(logged).toEqual(['Error: not two', expect.stringContaining('SyntaxError')])
})

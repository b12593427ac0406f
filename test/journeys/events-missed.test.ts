import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { EVENT_STREAM } from '../../bin/event-stream.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { fetchToken } from '../support/e2e.ts'
import { CDK_OUT } from '../support/system.ts'

const locals: Local[] = []
let dataDir: string | undefined
afterAll(async () => {
  for (const local of locals) await local.stop()
  if (dataDir) await rm(dataDir, { recursive: true, force: true })
})

async function start(): Promise<{ local: Local; authorization: string }> {
  dataDir ??= await mkdtemp(join(tmpdir(), 'busbar-missed-'))
  const local = await startLocal({ cdkOut: CDK_OUT, dataDir, log: () => {}, events: EVENT_STREAM })
  locals.push(local)
  return { local, authorization: `Bearer ${await fetchToken(local)}` }
}

type Started = Awaited<ReturnType<typeof start>>

async function register({ local, authorization }: Started, chargePointId: string): Promise<void> {
  const { status } = await fetch(`${local.url}/api/charge-points`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ chargePointId }),
  })
  expect(status).toBe(201)
}

const registered = async ({ local, authorization }: Started): Promise<{ eventId: string }[]> => {
  const path = '/api/events?type=ChargePointRegistered&order=asc'
  const response = await fetch(local.url + path, { headers: { authorization } })
  return ((await response.json()) as { items: { eventId: string }[] }).items
}

it('a stream that is taken up again after a restart has what was missed, and what happens then', async () => {
  const before = await start()
  for (const id of ['A', 'B', 'C']) await register(before, id)
  await expect.poll(async () => (await registered(before)).length).toBe(3)
  const [last, ...missed] = await registered(before)
  await before.local.stop()
  const after = await start()
  const stop = new AbortController()
  const { authorization } = after
  const response = await fetch(`${after.local.url}/api/events?type=ChargePointRegistered`, {
    headers: { authorization, accept: 'text/event-stream', 'last-event-id': last?.eventId ?? '' },
    signal: stop.signal,
  })
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
  })().catch(() => {})
  for (const { eventId } of missed) await expect.poll(() => text).toContain(`id: ${eventId}`)
  await register(after, 'D')
  await expect.poll(() => text).toContain('"chargePointId":"D"')
  expect(missed).toHaveLength(2)
  stop.abort()
  await reading
})

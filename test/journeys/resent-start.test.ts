import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Busbar, startBusbar } from '../support/e2e.ts'

describe('a StartTransaction whose answer was lost', () => {
  let busbar: Busbar
  beforeAll(async () => {
    busbar = await startBusbar()
    await busbar.register('CP1')
    await busbar.api('POST', '/id-tags', { idTag: 'TAG1' })
  })
  afterAll(() => busbar.stop())

  async function dial(): Promise<WebSocket> {
    const socket = new WebSocket(`${busbar.local.wsUrl}/ocpp/CP1`, ['ocpp1.6'])
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    return socket
  }
  const ask = (socket: WebSocket, messageId: string, payload: object): Promise<any> =>
    new Promise((resolve) => {
      const read = (data: unknown) => {
        const [type, id, body] = JSON.parse(String(data))
        if (id !== messageId) return
        socket.off('message', read)
        resolve({ type, body })
      }
      socket.on('message', read)
      socket.send(JSON.stringify([2, messageId, 'StartTransaction', payload]))
    })

  it('is one transaction with one id and one verdict: same id, other id, other connection', async () => {
    const start = { connectorId: 1, idTag: 'TAG1', meterStart: 500, timestamp: '2026-03-01T08:00:00Z' }
    const first = await dial()
    first.send(JSON.stringify([2, 'one', 'StartTransaction', start]))
    first.terminate()

    const second = await dial()
    const answers = [await ask(second, 'one', start), await ask(second, 'two', start)]
    second.terminate()
    const third = await dial()
    answers.push(await ask(third, 'three', start))
    third.terminate()

    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ type: 3, body: { idTagInfo: { status: 'Accepted' } } })
    const { body } = await busbar.api('GET', '/transactions?chargePointId=CP1')
    expect(body.items.map((each: any) => each.transactionId)).toEqual([answers[0].body.transactionId])
  })
})

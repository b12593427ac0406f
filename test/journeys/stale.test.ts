import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FakeClock } from '../local/fixture/fake-clock.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { aBootedStation, PATIENCE, withSettings } from '../support/fleet.ts'

const clock = new FakeClock()
let busbar: Busbar
beforeAll(async () => {
  // Nobody is asked for anything, and speaks up because of that.
  busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }), undefined, { clock })
})
afterAll(() => busbar.stop())

/** Functions have the machine's own clock, so what is to be long ago is written so. */
async function silentForAnHour(chargePointId: string): Promise<void> {
  const { engine, tables } = busbar.local
  const client = new DynamoDBClient({
    endpoint: engine.url.origin,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await client.send(
    new UpdateItemCommand({
      TableName: tables[0] ?? '',
      Key: { pk: { S: `CP#${chargePointId}` }, sk: { S: 'LIVE' } },
      UpdateExpression: 'SET lastSeenAt = :then',
      ExpressionAttributeValues: { ':then': { S: new Date(Date.now() - 3_600_000).toISOString() } },
    }),
  )
  client.destroy()
}

const stale = async () => {
  const { body } = await busbar.api('GET', '/charge-points?connectionState=stale')
  return body.items.map(({ chargePointId }: { chargePointId: string }) => chargePointId)
}
const counted = async () => (await busbar.api('GET', '/overview')).body.chargePoints

it('a charge point whose connection is open and silent is found within five minutes, until it speaks', async () => {
  const silent = await aBootedStation(busbar, 'silent')
  const talking = await aBootedStation(busbar, 'talking')
  await expect.poll(counted, PATIENCE).toMatchObject({ online: 2, stale: 0 })
  await silentForAnHour('silent')
  expect(await stale()).toEqual([])
  clock.advance(5 * 60_000)
  await expect.poll(stale, PATIENCE).toEqual(['silent'])
  await expect.poll(counted, PATIENCE).toMatchObject({ online: 2, stale: 1, offline: 0 })
  await silent.call('Heartbeat')
  expect(await stale()).toEqual([])
  await expect.poll(counted, PATIENCE).toMatchObject({ online: 2, stale: 0 })
  silent.hangUp()
  talking.hangUp()
})

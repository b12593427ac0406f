import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import type { Station } from './station.ts'
import { boots, now, reports } from './steps.ts'

const reading = (value: string) => ({
  timestamp: now(),
  sampledValue: [{ value, context: 'Trigger', unit: 'Wh' }],
})

/** What the charge point is to send, how it does, and where the operator sees it. */
const TRIGGERED: [
  requestedMessage: string,
  connectorId: number | undefined,
  send: (cp: Station) => Promise<unknown>,
  record: object,
][] = [
  [
    'MeterValues',
    1,
    (cp) => cp.call('MeterValues', { connectorId: 1, meterValue: [reading('1234')] }),
    {
      meterValues: [
        { connectorId: 1, meterValue: [{ sampledValue: [{ value: '1234', context: 'Trigger' }] }] },
      ],
    },
  ],
  ['Heartbeat', undefined, (cp) => cp.call('Heartbeat'), {}],
  [
    'StatusNotification',
    1,
    (cp) => reports(cp, 1, 'SuspendedEVSE'),
    { connectors: [{}, { connectorId: 1, status: 'SuspendedEVSE' }, {}] },
  ],
  [
    'DiagnosticsStatusNotification',
    undefined,
    (cp) => cp.call('DiagnosticsStatusNotification', { status: 'Idle' }),
    { diagnostics: { status: 'Idle' }, jobs: [] },
  ],
  [
    'FirmwareStatusNotification',
    undefined,
    (cp) => cp.call('FirmwareStatusNotification', { status: 'Idle' }),
    { firmware: { status: 'Idle' }, jobs: [] },
  ],
  [
    'BootNotification',
    undefined,
    (cp) => boots(cp, { firmwareVersion: '1.1' }),
    { boot: { firmwareVersion: '1.1' } },
  ],
]

describe('Remote trigger', () => {
  const { station, command, chargePoint } = centralSystem()

  const payloadOf = (requestedMessage: string, connectorId: number | undefined) => ({
    requestedMessage,
    ...(connectorId === undefined ? {} : { connectorId }),
  })

  async function recordOf(cp: Station): Promise<object> {
    const [{ items: meterValues }, { items: jobs }] = [
      await chargePoint(cp, '/meter-values'),
      await chargePoint(cp, '/jobs'),
    ]
    return { ...(await chargePoint(cp)), meterValues, jobs }
  }

  it.each(TRIGGERED)('TC_054_CSMS Trigger message %s: asked for, and taken when it comes', async (...row) => {
    const [requestedMessage, connectorId, send, record] = row
    const cp = await station()
    cp.on('TriggerMessage', { status: 'Accepted' })
    const payload = payloadOf(requestedMessage, connectorId)
    const call = await command(cp, 'TriggerMessage', payload)
    expect(cp.received('TriggerMessage')).toEqual([{ messageId: call.messageId, payload }])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })

    await send(cp)
    const { lastSeenAt, violations, ...seen } = (await recordOf(cp)) as any
    expect(seen).toMatchObject(record)
    expect(lastSeenAt >= call.closedAt).toBe(true)
    expect(violations.count).toBe(0)
  })

  it.each(TRIGGERED)('TC_055_CSMS Trigger message %s rejected: the call is closed', async (...row) => {
    const [requestedMessage, connectorId] = row
    const cp = await station()
    const before = await recordOf(cp)
    cp.on('TriggerMessage', { status: 'Rejected' })
    const payload = payloadOf(requestedMessage, connectorId)
    const call = await command(cp, 'TriggerMessage', payload)
    expect(cp.received('TriggerMessage')).toEqual([{ messageId: call.messageId, payload }])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Rejected' } })
    const { lastSeenAt, ...after } = (await recordOf(cp)) as any
    expect(after).toEqual({ ...before, lastSeenAt: undefined })
    expect(lastSeenAt >= call.closedAt).toBe(true)
  })
})

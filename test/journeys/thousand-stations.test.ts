import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import {
  aStation,
  atOnce,
  inSeconds,
  type Replies,
  type Reply,
  readAll,
  type Station,
  withSettings,
} from '../support/fleet.ts'

const STATIONS = 1000
/** One machine plays the cloud here, and all the stations: it is given time, and more if it has other things to do. */
const TIMEOUT_SECONDS = 15
const EXPIRES_AFTER_SECONDS = 20
const AT_ONCE = 20

type Kind = 'answering' | 'busy' | 'offline' | 'silent' | 'refusing' | 'leaving'

/** Of every twenty: two offline; one each silent, refusing, leaving between request and reply, and busy with other calls. */
const KINDS: Kind[] = ['offline', 'silent', 'refusing', 'leaving', 'offline', 'busy']
const kindOf = (index: number): Kind => KINDS[index % 20] ?? 'answering'

/** How the Reset of each ends. One that leaves may be gone before the push says that it was there. */
const ENDS: Record<Kind, object> = {
  answering: { status: 'Answered', response: { status: 'Accepted' } },
  busy: { status: 'Answered', response: { status: 'Accepted' } },
  offline: { status: 'Expired', error: { code: 'Expired' } },
  silent: { status: 'TimedOut', error: { code: 'TimedOut' } },
  refusing: { status: 'Refused', error: { code: 'InternalError' } },
  leaving: { status: expect.stringMatching(/^(TimedOut|Undelivered)$/) },
}

describe('a task for a thousand stations', () => {
  let busbar: Busbar
  let task: any
  let secondsToConnect = 0
  const fleet: { station: Station; kind: Kind }[] = []
  const back: Promise<unknown>[] = []
  const took: string[] = []
  beforeAll(async () => {
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
    for (let index = 0; index < STATIONS; index++) {
      const chargePointId = `CP${String(index).padStart(4, '0')}`
      fleet.push({ station: aStation(busbar, chargePointId), kind: kindOf(index) })
    }
    await timed('registered', () =>
      busbar.registerAll(fleet.map(({ station: { chargePointId } }) => chargePointId)),
    )
    secondsToConnect = await timed('connected', () => atOnce(AT_ONCE, fleet, comeOnline))
  }, 200_000)
  afterAll(async () => {
    for (const { station } of fleet) station.hangUp()
    await busbar.stop()
    console.info(`1,000 stations: ${took.join(', ')}`)
  })

  async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
    const begin = Date.now()
    await work()
    const seconds = (Date.now() - begin) / 1000
    took.push(`${what} in ${seconds.toFixed(1)} s`)
    return seconds
  }

  async function comeOnline({ station, kind }: { station: Station; kind: Kind }): Promise<void> {
    if (kind === 'offline') return
    const replies: Partial<Record<Kind, Replies>> = {
      silent: { Reset: undefined },
      refusing: { Reset: 'InternalError' },
      leaving: { Reset: () => leave(station) },
      busy: { Reset: slowly, ClearCache: slowly },
    }
    station.replies = replies[kind] ?? {}
    await station.connect()
  }

  async function slowly(): Promise<Reply> {
    await sleep(500)
    return { status: 'Accepted' }
  }

  /** Hangs up over the call, and is back at once. */
  function leave(station: Station): undefined {
    station.hangUp()
    back.push(station.connect().then(() => station.call('Heartbeat')))
  }

  const stationsOf = (...kinds: Kind[]) => fleet.filter(({ kind }) => kinds.includes(kind))

  const askForMore = ({ station: { chargePointId } }: { station: Station }) =>
    busbar.api('POST', `/charge-points/${chargePointId}/calls`, { action: 'ClearCache' })

  it('ends by its deadline, and every result is right', async () => {
    const wish = {
      action: 'Reset',
      payload: { type: 'Soft' },
      chargePointIds: fleet.map(({ station }) => station.chargePointId),
      timeoutSeconds: Math.ceil(Math.max(TIMEOUT_SECONDS, 1.5 * secondsToConnect)),
      expiresAt: inSeconds(Math.max(EXPIRES_AFTER_SECONDS, 2 * secondsToConnect)),
    }
    await timed('the task ended', async () => {
      task = (await busbar.api('POST', '/tasks', wish)).body
      expect(task).toMatchObject({ status: 'Running', counts: { targets: STATIONS } })
      await atOnce(2, [...stationsOf('busy'), ...stationsOf('busy')], askForMore)
      while (task.status === 'Running' && inSeconds(0) <= task.deadline) {
        await sleep(1000)
        task = (await busbar.api('GET', `/tasks/${task.taskId}?limit=1`)).body
      }
    })
    const { answered, refused, timedOut, undelivered, expired, ...none } = task.counts
    expect(task.status).toBe('Ended')
    expect(task.endedAt <= task.deadline).toBe(true)
    expect({ answered, refused, expired, gone: timedOut + undelivered }).toEqual({
      answered: stationsOf('answering', 'busy').length,
      refused: stationsOf('refusing').length,
      expired: stationsOf('offline').length,
      gone: stationsOf('silent', 'leaving').length,
    })
    expect(none).toEqual({ targets: STATIONS, waiting: 0, cancelled: 0 })
    const results = await readAll(busbar, `/tasks/${task.taskId}`)
    expect(results).toMatchObject(
      fleet.map(({ station: { chargePointId }, kind }) => ({ chargePointId, ...ENDS[kind] })),
    )
  }, 200_000)

  it('is sent to nobody twice, nor over another call in flight, however often a station comes back', async () => {
    await Promise.all(back)
    await timed('all were heard again', () =>
      atOnce(AT_ONCE, stationsOf('leaving', 'silent', 'refusing', 'offline'), async ({ station, kind }) => {
        if (kind === 'offline') await station.connect()
        await station.call('Heartbeat')
      }),
    )
    const results = await readAll(busbar, `/tasks/${task.taskId}`)
    for (const [place, { station, kind }] of fleet.entries()) {
      const resets = station.asked
        .filter(({ action }) => action === 'Reset')
        .map(({ messageId }) => messageId)
      expect(resets, station.chargePointId).toEqual(kind === 'offline' ? [] : [results[place].messageId])
      expect(station.asked, station.chargePointId).toHaveLength({ offline: 0, busy: 3 }[kind as string] ?? 1)
      const ids = station.asked.map(({ messageId }) => messageId)
      expect(new Set(ids).size, station.chargePointId).toBe(ids.length)
      expect(station.asked.filter(({ open }) => open > 0)).toEqual([])
    }
  })
})

import { newSigningRequest } from '../csr.ts'
import { CallFailed, type Payload } from '../messages.ts'
import type { Fault, StopReason } from '../station.ts'
import { isoTime } from '../time.ts'
import { type Actor, type Answers, Failed } from './actor.ts'
import { charge } from './charge.ts'
import { expectThat } from './expectations.ts'
import { milliseconds, type Step, type StepName, type Wait } from './schema.ts'

export interface Scene {
  actor: Actor
  answers: Answers
}

type Value<N extends StepName> = NonNullable<Step[N]> | null
type Play<N extends StepName> = (value: Value<N>, scene: Scene) => Promise<void> | void

/** What each step does; `repeat` is for whoever reads the list. */
export const plays: { [N in Exclude<StepName, 'repeat'>]: Play<N> } = {
  plug: (value, { actor: { station } }) => {
    const { soc, batteryKwh, kW } = typeof value === 'object' && value ? value : {}
    const connector = connectorOf(value)
    station.plug(connector)
    station.car(connector, {
      ...(soc === undefined ? {} : { socPercent: Number(soc) }),
      ...(batteryKwh === undefined ? {} : { batteryKwh: Number(batteryKwh) }),
      ...(kW === undefined ? {} : { demandKw: Number(kW) }),
    })
  },
  unplug: (value, { actor }) => actor.station.unplug(connectorOf(value)),
  authorize: async (idTag, { actor }) => {
    actor.answered({ idTagInfo: await actor.station.authorize(String(idTag)) })
  },
  start: (value, { actor }) => {
    const { idTag } = typeof value === 'object' && value ? value : {}
    return start(actor, connectorOf(value), idTag ?? String(actor.variables().idTag))
  },
  stop: (value, { actor }) => {
    const { reason } = typeof value === 'object' && value ? value : {}
    return stop(actor, connectorOf(value), reason)
  },
  charge: (value, { actor }) => charge(actor, connectorOf(value), value ?? {}),
  suspend: (value, { actor: { station } }) => {
    const connector = connectorOf(value)
    if (value?.by === 'EV') station.car(connector, { demandKw: 0 })
    else station.holdBack(connector, true)
  },
  resume: (value, { actor: { station } }) => {
    station.car(connectorOf(value), { demandKw: null })
    station.holdBack(connectorOf(value), false)
  },
  fault: (value, { actor }) => actor.station.fault(connectorOf(value), value?.code as Fault),
  repair: (value, { actor }) => actor.station.fault(connectorOf(value)),
  offline: (_, { actor }) => actor.station.goOffline(),
  online: async (_, { actor }) => {
    void actor.station.connect()
    await actor.until(
      () => actor.isOnline() && actor.station.status().queued === 0,
      'the queue to be delivered',
    )
  },
  handshake: async (value, { actor }) => {
    actor.answered(await actor.station.handshake(value ?? {}))
  },
  reboot: async (how, { actor }) => {
    const before = actor.journal.sent.findLast(isBoot)
    actor.station.restart(how ?? 'Soft')
    const hasBooted = () => {
      const boot = actor.journal.sent.findLast(isBoot)
      return boot !== before && boot?.answer !== undefined
    }
    await actor.until(hasBooted, 'the answer to BootNotification')
  },
  boot: async (_, { actor }) => {
    await actor.station.boot()
    const boot = actor.journal.sent.findLast(isBoot)
    actor.answered(boot?.answer, boot?.error)
  },
  heartbeat: (_, { actor }) => ask(actor, 'Heartbeat', {}),
  wait: (value, { actor }) => wait(actor, value ?? 0),
  answer: (value, { answers }) => {
    if (value) answers.set(value)
  },
  send: (value, { actor: { station } }) =>
    station.sendText(typeof value === 'string' ? value : JSON.stringify(value)),
  call: (value, { actor }) => ask(actor, value?.action ?? '', value?.payload ?? {}),
  status: (value, { actor }) =>
    ask(actor, 'StatusNotification', { errorCode: 'NoError', timestamp: now(actor), ...value }),
  dataTransfer: (value, { actor }) => ask(actor, 'DataTransfer', { ...value }),
  securityEvent: (value, { actor }) =>
    ask(actor, 'SecurityEventNotification', { timestamp: now(actor), ...value }),
  signCertificate: async (value, { actor }) => {
    const { commonName = actor.station.id, organization = 'Busbar' } = value ?? {}
    await ask(actor, 'SignCertificate', { csr: newSigningRequest(commonName, organization) })
  },
  expect: (value, { actor }) => expectThat(actor, value ?? {}),
  save: (value, { actor }) => actor.save(value ?? {}),
  log: (text, { actor }) => actor.say(String(text)),
}

const now = (actor: Actor) => isoTime(actor.time.now())

const isBoot = ({ action }: { action: string }) => action === 'BootNotification'

function connectorOf(value: unknown): number {
  const named = typeof value === 'object' && value !== null && 'connector' in value ? value.connector : value
  return named === undefined || named === null || typeof named === 'object' ? 1 : Number(named)
}

/** A CALL, and its answer, which may be a refusal: that is for an expectation to judge. */
async function ask(actor: Actor, action: string, payload: Payload): Promise<void> {
  try {
    actor.answered(await actor.station.call(action, payload))
  } catch (failure) {
    if (!(failure instanceof CallFailed) || failure.reason !== 'Refused') throw failure
    actor.answered(undefined, actor.journal.sent.findLast((call) => call.action === action)?.error)
  }
}

async function start(actor: Actor, connector: number, idTag: string): Promise<void> {
  const outcome = actor.station.start(connector, idTag)
  if (!actor.isOnline()) return void (await Promise.race([outcome, soon()]))
  const { delivered, why, transactionId, idTagInfo } = await outcome
  if (!delivered) throw new Failed(`StartTransaction: ${why}`)
  actor.answered({ transactionId, idTagInfo })
}

async function stop(actor: Actor, connector: number, reason: StopReason | undefined): Promise<void> {
  const outcome = actor.station.stop(connector, reason)
  if (!actor.isOnline()) return void (await Promise.race([outcome, soon()]))
  const { delivered, why, idTagInfo } = await outcome
  if (!delivered) throw new Failed(`StopTransaction: ${why}`)
  actor.answered(idTagInfo ? { idTagInfo } : {})
}

/** Offline, what is refused at once is refused, and for the rest nobody waits. */
const soon = () => new Promise<void>((resolve) => setImmediate(resolve))

async function wait(actor: Actor, value: Wait): Promise<void> {
  if (typeof value !== 'object') {
    const ms = milliseconds(value)
    await new Promise<void>((resolve) => void actor.time.after(ms, resolve))
  } else if ('call' in value) await actor.next('received', value.call, value.within)
  else if ('sent' in value) await actor.next('sent', value.sent, value.within)
  else await waitForState(actor, value)
}

async function waitForState(
  actor: Actor,
  value: Exclude<Wait, number | string | { call: string } | { sent: string }>,
) {
  const { station } = actor
  if ('status' in value) {
    const id = connectorOf(value)
    const statusNow = () => station.status().connectors.find(({ connectorId }) => connectorId === id)?.status
    await actor.until(
      () => statusNow() === value.status,
      `connector ${id} to be ${value.status}`,
      value.within,
    )
  } else if ('registration' in value) {
    const isThere = () => station.status().registration === value.registration
    await actor.until(isThere, `registration ${value.registration}`, value.within)
  } else if ('connection' in value) {
    const isThere = () => station.status().connection === value.connection
    await actor.until(isThere, `connection ${value.connection}`, value.within)
  } else {
    let isIdle = false
    void station.idle().then(() => {
      isIdle = true
    })
    await actor.until(() => isIdle, 'nothing to be sent or answered', value.within)
  }
}

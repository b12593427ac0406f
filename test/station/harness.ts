import { afterEach, expect } from 'vitest'
import { Station, type StationOptions } from '../../lib/station/station.ts'
import { CentralSystem } from './central-system.ts'
import { FakeTime } from './fake-time.ts'

export interface Scene {
  system: CentralSystem
  time: FakeTime
  station: Station
  events: string[]
}

const scenes: Scene[] = []

afterEach(async () => {
  for (const { station, system } of scenes.splice(0)) {
    station.close()
    await system.close()
    expect(system.violations).toEqual([])
  }
})

/** A station in front of a central system, switched off. Pings are off: a clock that leaps would miss their answers. */
export async function scene(options: Partial<StationOptions> = {}, system?: CentralSystem): Promise<Scene> {
  const events: string[] = []
  const central = system ?? (await CentralSystem.listen())
  const time = new FakeTime()
  const station = new Station({
    id: 'CP001',
    url: central.url,
    time,
    random: () => 0.5,
    onEvent: ({ text }) => events.push(text),
    ...options,
    configuration: { WebSocketPingInterval: '0', MeterValueSampleInterval: '0', ...options.configuration },
  })
  const made = { system: central, time, station, events }
  scenes.push(made)
  return made
}

/** The same, accepted and quiet. */
export async function accepted(options: Partial<StationOptions> = {}): Promise<Scene> {
  const made = await scene(options)
  await made.station.connect()
  await made.station.accepted()
  await made.station.idle()
  return made
}

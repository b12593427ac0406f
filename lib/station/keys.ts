import { CONNECTOR } from './journey.ts'
import type { Station } from './station.ts'

export const KEYS =
  'keys: b boot · a authorize · s start · x stop · p plug/unplug · f fault/repair · h heartbeat · q quit'

/** The keyboard as the front of the charge point, at connector 1; `quit` is for Ctrl-C too. */
export async function press(
  key: string,
  station: Station,
  idTag: string,
  quit: () => void,
): Promise<string | undefined> {
  const connector = station.status().connectors.find(({ connectorId }) => connectorId === CONNECTOR)
  switch (key) {
    case 'b':
      return `BootNotification: ${(await station.boot()) ?? 'no answer'}`
    case 'a':
      return `${idTag}: ${(await station.authorize(idTag)).status}`
    case 's':
      return startOutcome(await station.start(CONNECTOR, idTag))
    case 'x':
      await station.stop(CONNECTOR)
      return undefined
    case 'p':
      if (connector?.isPlugged) station.unplug(CONNECTOR)
      else station.plug(CONNECTOR)
      return undefined
    case 'f':
      if (connector?.status === 'Faulted') station.fault(CONNECTOR)
      else station.fault(CONNECTOR, 'GroundFailure')
      return undefined
    case 'h':
      await station.heartbeat()
      return undefined
    case 'q':
    case '\u0003':
      quit()
      return undefined
    default:
      return KEYS
  }
}

function startOutcome({ transactionId, idTagInfo, why }: Awaited<ReturnType<Station['start']>>): string {
  return why ?? `transaction ${transactionId}: ${idTagInfo?.status}`
}

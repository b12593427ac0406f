import { expect, test } from 'vitest'
import type { Reservation } from '../../console/src/pages/reservations/status.tsx'
import { layoutOf, spanOf, ticksOf } from '../../console/src/pages/reservations/timeline-layout.ts'

const HOUR = 3_600_000
const at = (hour: number): string => new Date(Date.UTC(2026, 10, 21, hour)).toISOString()
const shown = { from: Date.parse(at(8)), to: Date.parse(at(18)) }

const reservation = (given: Partial<Reservation>): Reservation => ({
  reservationId: 1,
  chargePointId: 'CP1',
  connectorId: 1,
  idTag: 'TAG1',
  expiryDate: at(12),
  status: 'Accepted',
  messageId: 'm1',
  createdAt: at(9),
  updatedAt: at(9),
  ...given,
})

test('a reservation reaches from its request to its expiry, and one that ended before only to its end', () => {
  expect(spanOf(reservation({ updatedAt: at(10) }))).toEqual({
    from: Date.parse(at(9)),
    to: Date.parse(at(12)),
  })
  expect(spanOf(reservation({ status: 'Used', updatedAt: at(10) })).to).toBe(Date.parse(at(10)))
  expect(spanOf(reservation({ status: 'Expired', updatedAt: at(15) })).to).toBe(Date.parse(at(12)))
})

test('bars stand at their part of the window, cut off where they reach beyond it', () => {
  const [row] = layoutOf([reservation({ createdAt: at(6), expiryDate: at(13) })], shown)
  expect(row?.bars).toMatchObject([{ start: 0, width: 0.5, from: Date.parse(at(6)) }])
  const [late] = layoutOf([reservation({ createdAt: at(17), expiryDate: at(23) })], shown)
  expect(late?.bars[0]?.start).toBeCloseTo(0.9)
  expect(late?.bars[0]?.width).toBeCloseTo(0.1)
})

test('what lies outside of the window has no row', () => {
  const before = reservation({ createdAt: at(5), expiryDate: at(8) })
  const after = reservation({ createdAt: at(18), expiryDate: at(20) })
  expect(layoutOf([before, after], shown)).toEqual([])
})

test('rows are of connectors, in order; what overlaps lies in lanes, what does not shares one', () => {
  const rows = layoutOf(
    [
      reservation({ reservationId: 4, chargePointId: 'CP2' }),
      reservation({ reservationId: 1, connectorId: 0 }),
      reservation({ reservationId: 2, connectorId: 0, createdAt: at(11), expiryDate: at(14) }),
      reservation({ reservationId: 3, connectorId: 0, createdAt: at(12), expiryDate: at(13) }),
      reservation({ reservationId: 5 }),
    ],
    shown,
  )
  expect(rows.map(({ chargePointId, connectorId }) => `${chargePointId} ${connectorId}`)).toEqual([
    'CP1 0',
    'CP1 1',
    'CP2 1',
  ])
  expect(rows[0]?.lanes).toBe(2)
  expect(rows[0]?.bars.map(({ reservation: { reservationId }, lane }) => [reservationId, lane])).toEqual([
    [1, 0],
    [2, 1],
    [3, 0],
  ])
})

test('ticks are round times of the zone, no more than there is room for', () => {
  expect(ticksOf(shown, 6, 0).map((tick) => new Date(tick).toISOString())).toEqual(
    [8, 10, 12, 14, 16].map(at),
  )
  const india = ticksOf(shown, 6, 5.5 * HOUR)
  expect(india.every((tick) => (tick + 5.5 * HOUR) % (2 * HOUR) === 0)).toBe(true)
  expect(ticksOf({ from: shown.from, to: shown.from + 7 * 24 * HOUR }, 8, 0)).toHaveLength(7)
})

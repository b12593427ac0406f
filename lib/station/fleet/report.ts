import type { ActionFigures } from './figures.ts'

export interface Progress {
  seconds: number
  count: number
  connected: number
  charging: number
  /** Since the line before. */
  frames: number
  p50: number
  p95: number
  errors: number
  resends: number
}

export interface FleetReport {
  seconds: number
  /** That were switched on. */
  stations: number
  /** At the end. */
  connected: number
  frames: number
  transactionsStarted: number
  transactionsStopped: number
  energyWh: number
  /** Transaction messages that were never delivered. */
  queued: number
  resends: number
  errors: Record<string, number>
  actions: ActionFigures[]
  /** Of this process. */
  megabytes: number
}

export function progressLine(progress: Progress, interval: number): string {
  const { seconds, count, connected, charging, frames, p50, p95, errors, resends } = progress
  return [
    clock(seconds),
    `${whole(connected)} of ${whole(count)} connected`,
    `${whole(charging)} charging`,
    `${whole(frames / interval)} frames/s`,
    `p50 ${milliseconds(p50)} p95 ${milliseconds(p95)}`,
    `${whole(errors)} errors`,
    `${whole(resends)} resends`,
  ].join(' · ')
}

/** The closing report, as a table. */
export function reportText(report: FleetReport): string {
  const head = ['action', 'answered', 'refused', 'p50', 'p95', 'p99', 'max']
  const rows = report.actions.map(({ action, answered, refused, p50, p95, p99, max }) => [
    ...[action, whole(answered), whole(refused)],
    ...[p50, p95, p99, max].map(milliseconds),
  ])
  const errors = Object.entries(report.errors).map(([kind, count]) => [kind, whole(count)])
  return [
    table([head, ...rows]),
    '',
    ...(errors.length > 0 ? [table([['errors', 'count'], ...errors]), ''] : []),
    totals(report),
  ].join('\n')
}

function totals(report: FleetReport): string {
  const { stations, connected, frames, transactionsStarted, transactionsStopped } = report
  const { energyWh, queued, resends, seconds, megabytes } = report
  return [
    `${whole(stations)} stations, ${whole(connected)} connected at the end`,
    `${whole(transactionsStarted)} transactions started, ${whole(transactionsStopped)} stopped`,
    `${(energyWh / 1000).toFixed(3)} kWh`,
    `${whole(frames)} frames`,
    `${whole(resends)} resends`,
    ...(queued > 0 ? [`${whole(queued)} never delivered`] : []),
    `${seconds.toFixed(1)} s`,
    `${whole(megabytes)} MB`,
  ].join(' · ')
}

/** The first column to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('   '),
    )
    .join('\n')
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en')
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${whole(ms)} ms`
}

function clock(seconds: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0')
  return `${two(seconds / 60)}:${two(seconds % 60)}`
}

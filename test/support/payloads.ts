import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { TestChargePoint } from './system.ts'

/** What a payload is answered with: its CALLRESULT, or the code of its CALLERROR. */
export type PayloadCase = [what: string, payload: unknown, verdict: object | string]

/** Sends every payload of the table and compares the verdicts; an expected object may be a part of the answer. */
export async function answersAll(
  chargePoint: TestChargePoint,
  action: string,
  cases: PayloadCase[],
): Promise<void> {
  const seen: [string, unknown][] = []
  for (const [what, payload, expected] of cases) {
    const text = await chargePoint.send(JSON.stringify([2, randomUUID(), action, payload]))
    const [type, , verdict] = JSON.parse(text ?? '[]')
    expect(type, what).toBe(typeof expected === 'string' ? 4 : 3)
    seen.push([what, verdict])
  }
  expect(seen).toMatchObject(cases.map(([what, , verdict]) => [what, verdict]))
}

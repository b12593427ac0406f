import type { Patient } from './patient.ts'

/**
 * passed: as expected. fallback: not as expected, and the code has another way, which works. noted: neither good nor bad.
 * skipped: could not be looked at. Only failed counts against the deployment.
 */
export type Outcome = 'passed' | 'fallback' | 'noted' | 'skipped' | 'failed'

export interface Finding {
  outcome: Outcome
  seen: string
  /** What it means and what to set, where that is not what the check says of itself. */
  means?: string
  set?: string
}

export interface Check {
  name: string
  expected: string
  /** What follows from it being as expected. */
  means: string
  /** The setting, or the other way in the code, for where it is not. */
  otherwise: string
  /** Run only when asked for: with --long, or by its name. */
  slow?: 'long' | 'by name'
  run(patient: Patient): Promise<Finding>
}

type More = Pick<Finding, 'means' | 'set'>

const finding =
  (outcome: Outcome) =>
  (seen: string, more: More = {}): Finding => ({ outcome, seen, ...more })

export const passed = finding('passed')
export const fallback = finding('fallback')
export const noted = finding('noted')
export const skipped = finding('skipped')
export const failed = finding('failed')

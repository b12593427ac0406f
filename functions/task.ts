import type { SQSEvent } from 'aws-lambda'
import { type Step, takeStep } from '../lib/central-system/steps.ts'
import { importRow } from '../lib/operator/import-rows.ts'
import { handleBatch } from './batch.ts'
import { createSystem } from './system.ts'

const system = createSystem('task')

export const handler = (event: SQSEvent) =>
  handleBatch<Step>(event, system.log, (step) => takeStep(system, step, importRow))

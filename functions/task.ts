import type { SQSEvent } from 'aws-lambda'
import type { TaskStep } from '../lib/central-system/system.ts'
import { runTaskStep } from '../lib/central-system/tasks.ts'
import { handleBatch } from './batch.ts'
import { createSystem } from './system.ts'

const system = createSystem('task')

export const handler = (event: SQSEvent) =>
  handleBatch<TaskStep>(event, system.log, (step) => runTaskStep(system, step))

import type { SQSEvent } from 'aws-lambda'
import type { Tick } from '../lib/central-system/system.ts'
import { tick } from '../lib/central-system/tick.ts'
import { handleBatch } from './batch.ts'
import { createSystem } from './system.ts'

const system = createSystem('timer')

export const handler = (event: SQSEvent) => handleBatch<Tick>(event, system.log, (due) => tick(system, due))

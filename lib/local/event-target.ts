import type { Invoke } from './functions.ts'
import { mayInvoke, maySend } from './iam.ts'
import { asArray, asObject, asText, type JsonObject, parseJson } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Queues } from './sqs.ts'
import type { Stack } from './template.ts'

export type Deliver = (event: JsonObject) => void

export interface TargetServices {
  stack: Stack
  queues: Queues
  invoke: Invoke
  log: Log
}

/** Where a rule's events go: each to a queue or a function, if that lets EventBridge in. */
export const readTargets = (services: TargetServices, ruleId: string): Deliver[] =>
  asArray(services.stack.read(ruleId, 'Targets')).map((target) =>
    readTarget(services, ruleId, asObject(target)),
  )

function readTarget({ stack, queues, invoke, log }: TargetServices, id: string, target: JsonObject): Deliver {
  const { Arn, InputPath, Input, InputTransformer } = target
  if (InputTransformer !== undefined) throw new UserError(`${id}: input transformers are not emulated`)
  const given = asText(Input)
  const read = given === undefined ? reader(asText(InputPath), id) : () => parseJson(given)
  const ruleArn = stack.attributeOf(id, 'Arn')
  const queue = queues.byArn(asText(Arn))
  if (queue) {
    if (maySend(stack, queue.id, 'events.amazonaws.com', ruleArn))
      return (event) => void queue.send(JSON.stringify(read(event)))
    log(`${id}: no AWS::SQS::QueuePolicy lets EventBridge send to ${queue.id}; its events are lost`)
    return () => {}
  }
  const functionId = stack
    .ids('AWS::Lambda::Function')
    .find((each) => stack.attributeOf(each, 'Arn') === asText(Arn))
  if (!functionId) throw new UserError(`${id}: only queues and functions are emulated as targets`)
  if (!mayInvoke(stack, functionId, 'events.amazonaws.com', ruleArn)) {
    log(`${id}: no AWS::Lambda::Permission lets EventBridge invoke ${functionId}; its events are lost`)
    return () => {}
  }
  return (event) => void invoke(functionId, read(event)).catch(() => log(`[${id}] ${functionId} failed`))
}

/** `$.detail` and the like. */
function reader(path: string | undefined, id: string): (event: JsonObject) => unknown {
  if (path === undefined || path === '$') return (event) => event
  if (!/^\$(\.[\w-]+)+$/.test(path)) throw new UserError(`${id}: the path ${path} is not emulated`)
  const names = path.split('.').slice(1)
  return (event) => names.reduce<unknown>((value, name) => asObject(value)[name], event)
}

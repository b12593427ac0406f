import { asArray, asObject, asText, asTexts, type JsonObject } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Stack } from './template.ts'
import { arn } from './world.ts'

interface Statement {
  effect: 'Allow' | 'Deny'
  actions: RegExp[]
  resources: RegExp[]
}

/** `*` and `?` as IAM reads them; actions are compared without case, resources with it. */
export const wildcard = (pattern: string, flags = ''): RegExp => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, `s${flags}`)
}

/**
 * What the roles of the template's functions allow. Identity policies alone: an Allow that covers action and resource,
 * and no Deny that does. Conditions are not evaluated: an Allow that carries one counts as if it did not.
 */
export class Iam {
  private readonly stack: Stack
  private readonly log: Log
  private readonly statements = new Map<string, Statement[]>()

  constructor(stack: Stack, log: Log) {
    this.stack = stack
    this.log = log
    for (const id of stack.ids('AWS::Lambda::Function')) {
      this.statements.set(id, this.statementsOfRole(asText(stack.read(id, 'Role')) ?? ''))
    }
  }

  knows(functionId: string): boolean {
    return this.statements.has(functionId)
  }

  isAllowed(functionId: string, action: string, resource: string): boolean {
    const covering = (this.statements.get(functionId) ?? []).filter(
      ({ actions, resources }) =>
        actions.some((each) => each.test(action)) && resources.some((each) => each.test(resource)),
    )
    return covering.length > 0 && covering.every(({ effect }) => effect === 'Allow')
  }

  private statementsOfRole(roleArn: string): Statement[] {
    const role = this.stack.ids('AWS::IAM::Role').find((id) => this.stack.attributeOf(id, 'Arn') === roleArn)
    if (!role) return []
    const roleName = this.stack.refOf(role)
    const attached = this.stack
      .ids('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy')
      .filter((id) =>
        [...asTexts(this.stack.read(id, 'Roles')), this.stack.text(id, 'RoleName')].includes(roleName),
      )
      .map((id) => ({ where: id, document: this.stack.read(id, 'PolicyDocument') }))
    const inline = asArray(this.stack.read(role, 'Policies')).map((policy) => ({
      where: role,
      document: asObject(policy).PolicyDocument,
    }))
    return [...inline, ...attached].flatMap(({ where, document }) =>
      asArray(asObject(document).Statement).map((each) => this.statement(asObject(each), where)),
    )
  }

  private statement(statement: JsonObject, where: string): Statement {
    if (statement.NotAction || statement.NotResource) {
      throw new UserError(`${where}: NotAction and NotResource are not emulated`)
    }
    if (statement.Condition) this.log(`${where}: the condition of a policy statement is ignored here`)
    return {
      effect: statement.Effect === 'Deny' ? 'Deny' : 'Allow',
      actions: asTexts(statement.Action).map((each) => wildcard(each, 'i')),
      resources: asTexts(statement.Resource).map((each) => wildcard(each)),
    }
  }
}

/** The wording of the refusal that AWS gives, so that a log reads the same here. */
export const denial = (functionId: string, action: string, resource: string): string =>
  `User: ${arn('sts', `assumed-role/${functionId}/${functionId}`, '')} is not authorized to perform: ${action} ` +
  `on resource: ${resource} because no identity-based policy allows the ${action} action`

/** Whether an AWS::Lambda::Permission lets a service invoke a function on behalf of this resource. */
export function mayInvoke(stack: Stack, functionId: string, service: string, sourceArn: string): boolean {
  const names = [stack.refOf(functionId), stack.attributeOf(functionId, 'Arn')]
  return stack
    .ids('AWS::Lambda::Permission')
    .filter(
      (id) => names.includes(stack.text(id, 'FunctionName') ?? '') && stack.text(id, 'Principal') === service,
    )
    .some((id) => {
      const source = stack.text(id, 'SourceArn')
      return source === undefined || wildcard(source).test(sourceArn)
    })
}

/** Whether an AWS::SQS::QueuePolicy lets a service send to a queue on behalf of this resource. */
export function maySend(stack: Stack, queueId: string, service: string, sourceArn: string): boolean {
  return stack
    .ids('AWS::SQS::QueuePolicy')
    .filter((id) => asTexts(stack.read(id, 'Queues')).includes(stack.refOf(queueId)))
    .flatMap((id) => asArray(asObject(stack.read(id, 'PolicyDocument')).Statement).map(asObject))
    .some(({ Effect, Action, Principal, Condition }) => {
      const { 'aws:SourceArn': source } = asObject(asObject(Condition).ArnEquals)
      return (
        Effect === 'Allow' &&
        asTexts(asObject(Principal).Service).includes(service) &&
        asTexts(Action).some((each) => wildcard(each, 'i').test('sqs:SendMessage')) &&
        (source === undefined || asTexts(source).some((each) => wildcard(each).test(sourceArn)))
      )
    })
}

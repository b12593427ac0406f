import { Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** Which rules of cdk-nag's AwsSolutions do not fit a construct and what is in it, and why. */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  const rules = Object.entries(reasons).map(([rule, reason]) => ({
    id: `AwsSolutions::AwsSolutions-${rule}`,
    reason,
  }))
  Validations.of(construct).acknowledge(...rules)
}

/** The rule about wildcards names each resource as the template does, references in angle brackets. */
export function acknowledgeWildcards(construct: IConstruct, resources: string[], reason: string): void {
  const stack = Stack.of(construct)
  const reasons = resources.map((resource) => [`IAM5[Resource::${named(stack.resolve(resource))}]`, reason])
  acknowledge(construct, Object.fromEntries(reasons))
}

function named(value: unknown): string {
  if (typeof value === 'string') return value
  const [[name, argument] = ['', '']] = Object.entries(value as Record<string, unknown>)
  if (name === 'Fn::Join') return ((argument as [string, unknown[]])[1] ?? []).map(named).join('')
  return `<${[argument].flat().join('.')}>`
}

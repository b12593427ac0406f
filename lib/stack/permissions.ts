/** What a role may do with one resource. */
export interface Permission {
  role: string
  resource: string
  actions: string[]
}

interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>
}

interface Statement {
  Effect: string
  Action: string | string[]
  Resource: unknown
}

/** Everything that the roles of our functions may do, by role and resource. Names are those of constructs, without hashes. */
export function permissionsOf(template: Template): Permission[] {
  const found = new Map<string, Permission & { actions: string[] }>()
  for (const { role, statement } of statementsOf(template)) {
    for (const resource of [statement.Resource].flat().map(nameOf)) {
      const key = `${role} ${resource}`
      const { actions = [] } = found.get(key) ?? {}
      const all = new Set([...actions, ...[statement.Action].flat()])
      found.set(key, { role, resource, actions: [...all].sort() })
    }
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? [])
}

function statementsOf({ Resources }: Template): { role: string; statement: Statement }[] {
  const all = Object.entries(Resources)
  const documents = all.flatMap(([id, { Type, Properties = {} }]) => {
    if (Type === 'AWS::IAM::Policy')
      return (Properties.Roles as unknown[]).map((role) => ({ role: nameOf(role), of: Properties }))
    if (Type !== 'AWS::IAM::Role') return []
    const policies = (Properties.Policies ?? []) as Record<string, unknown>[]
    return policies.map((of) => ({ role: shortened(id), of }))
  })
  return documents
    .filter(({ role }) => !OF_CDK.test(role))
    .flatMap(({ role, of }) =>
      (of.PolicyDocument as { Statement: Statement[] }).Statement.filter(
        ({ Effect }) => Effect === 'Allow',
      ).map((statement) => ({ role: role.replace(/Role$/, ''), statement })),
    )
}

/** Roles of functions that CDK puts in for deployments. */
const OF_CDK = /^Custom/

/** A reference is shown as what it refers to, an ARN without what it says of the account. */
function nameOf(value: unknown): string {
  return written(value).replace(/^arn:.*?:.*?:.*?:.*?:/, '')
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const [[name, argument] = ['', '']] = Object.entries(value)
  if (name === 'Ref') return String(argument).startsWith('AWS::') ? '' : shortened(String(argument))
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(written).join('')
  if (name === 'Fn::Sub') return String(argument).replace(/\$\{AWS::\w+\}/g, '')
  const [id = '', attribute = ''] = [argument].flat().map(String)
  return attribute === 'Arn' ? shortened(id) : `${shortened(id)}.${attribute}`
}

/** Without the name of the construct around it and without the hash. */
const shortened = (logicalId: string): string => logicalId.replace(/^Csms/, '').replace(/[0-9A-F]{8}$/, '')

/** As a page of documentation. */
export function permissionsPage(permissions: Permission[]): string {
  const rows = permissions.map(
    ({ role, resource, actions }) =>
      `| ${role} | ${resource} | ${actions.map((each) => `\`${each}\``).join(' ')} |`,
  )
  return `# What each function may do

Made from the template by \`npm run permissions\`; a test fails when it is not up to date. No action has a \`*\`. A resource has one where
its names are not known beforehand: connections (\`@connections/*\`) and files (\`files/*\`). \`tracing\` adds \`xray:PutTraceSegments\`
and \`xray:PutTelemetryRecords\`, which know no resources. What CDK’s own function may do, which copies the files of the console when it is
deployed, is said by CDK: it reads its bucket of assets, and writes that of the console.

| Function | Resource | Actions |
|---|---|---|
${rows.join('\n')}
`
}

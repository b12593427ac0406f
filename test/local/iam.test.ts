import { afterAll, describe, expect, it } from 'vitest'
import type { Template } from '../../lib/local/assembly.ts'
import { permissions } from '../../lib/local/dynamodb-proxy.ts'
import { Iam, mayInvoke } from '../../lib/local/iam.ts'
import { silent } from '../../lib/local/log.ts'
import { startLocal } from '../../lib/local/runtime.ts'
import { Stack } from '../../lib/local/template.ts'
import { Client } from './fixture/client.ts'
import { template as fixture, writeFixture } from './fixture/fixture.ts'

const iamOf = (Statement: unknown, policyOfRole = 'Role'): Iam => {
  const template: Template = {
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Other: { Type: 'AWS::IAM::Role', Properties: {} },
      Function: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { Roles: [{ Ref: policyOfRole }], PolicyDocument: { Statement } },
      },
    },
  }
  return new Iam(new Stack({ stackName: 'Test', template, assets: new Map() }), silent)
}

describe('what a role allows', () => {
  const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/things'
  const allow = (Action: unknown, Resource: unknown) => ({ Effect: 'Allow', Action, Resource })

  it.each<[unknown, string, string, boolean]>([
    [allow('dynamodb:GetItem', table), 'dynamodb:GetItem', table, true],
    [allow('dynamodb:getitem', table), 'dynamodb:GetItem', table, true],
    [allow('dynamodb:GetItem', table), 'dynamodb:PutItem', table, false],
    [allow('dynamodb:GetItem', table), 'dynamodb:GetItem', `${table}2`, false],
    [allow('dynamodb:GetItem', table.toUpperCase()), 'dynamodb:GetItem', table, false],
    [allow('dynamodb:Get*', `${table}*`), 'dynamodb:GetItem', `${table}/index/a`, true],
    [allow('dynamodb:???Item', '*'), 'dynamodb:PutItem', table, true],
    [allow('dynamodb:???Item', '*'), 'dynamodb:UpdateItem', table, false],
    [allow(['sqs:*', 'dynamodb:*'], ['x', table]), 'dynamodb:Query', table, true],
    [
      [allow('*', '*'), { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: '*' }],
      'dynamodb:DeleteItem',
      table,
      false,
    ],
    [[], 'dynamodb:GetItem', table, false],
    [allow('dynamodb.GetItem', table), 'dynamodbxGetItem', table, false],
  ])('%j, %s on %s: %s', (statements, action, resource, expected) => {
    expect(iamOf(statements).isAllowed('Function', action, resource)).toBe(expected)
  })

  it('takes nothing from the policy of another role', () => {
    expect(iamOf(allow('*', '*'), 'Other').isAllowed('Function', 'dynamodb:GetItem', table)).toBe(false)
  })

  it('reads inline policies', () => {
    const template = structuredClone(fixture)
    const policy = template.Resources.Policy?.Properties?.PolicyDocument
    delete template.Resources.Policy
    template.Resources.Role = {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyDocument: policy }] },
    }
    const stack = new Stack({ stackName: 'Test', template, assets: new Map() })
    const iam = new Iam(stack, silent)
    expect(iam.isAllowed('Message', 'dynamodb:GetItem', stack.attributeOf('Table', 'Arn'))).toBe(true)
  })

  it('knows which function API Gateway may invoke, and for what', () => {
    const stack = new Stack({ stackName: 'Test', template: fixture, assets: new Map() })
    const source = (route: string) =>
      `arn:aws:execute-api:us-east-1:000000000000:${stack.refOf('Ws')}/prod/${route}`
    const may = (id: string, route: string) => mayInvoke(stack, id, 'apigateway.amazonaws.com', source(route))
    expect(may('Connect', '$connect')).toBe(true)
    expect(may('Connect', '$disconnect')).toBe(false)
    expect(may('Tick', '$connect')).toBe(false)
  })
})

describe('what a DynamoDB request needs', () => {
  const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/things'
  const TableName = 'things'
  it.each<[string, Record<string, unknown>, [string, string][]]>([
    ['GetItem', { TableName }, [['dynamodb:GetItem', table]]],
    ['GetItem', { TableName: table }, [['dynamodb:GetItem', table]]],
    ['Query', { TableName, IndexName: 'byKind' }, [['dynamodb:Query', `${table}/index/byKind`]]],
    ['BatchGetItem', { RequestItems: { things: {} } }, [['dynamodb:BatchGetItem', table]]],
    ['BatchWriteItem', { RequestItems: { things: [] } }, [['dynamodb:BatchWriteItem', table]]],
    ['TransactGetItems', { TransactItems: [{ Get: { TableName } }] }, [['dynamodb:GetItem', table]]],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName } },
          { Update: { TableName } },
          { Delete: { TableName } },
          { ConditionCheck: { TableName } },
        ],
      },
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((name) => [
        `dynamodb:${name}`,
        table,
      ]),
    ],
  ])('%s %j', (operation, body, expected) => {
    expect(permissions(operation, body).map(({ action, resource }) => [action, resource])).toEqual(expected)
  })
})

interface Outcome {
  ok?: boolean
  error?: string
  status?: number
  message?: string
}

describe('a function behind the gateway', () => {
  const { cdkOut, remove } = writeFixture()
  const running: { stop(): Promise<void> }[] = []
  afterAll(async () => {
    await Promise.all(running.map((each) => each.stop()))
    remove()
  })

  const grantsWith = async (edit: (template: Template) => Template) => {
    const local = await startLocal({ cdkOut, dataDir: 'memory', edit, log: silent })
    running.push(local)
    const client = await Client.open(`${local.wsUrl}/ws/iam`)
    const other = await Client.open(`${local.wsUrl}/ws/other`)
    const grants = await client.ask<Record<'put' | 'transact' | 'query' | 'send', Outcome>>('grants')
    const event = await other.ask<{ requestContext: { connectionId: string } }>('event')
    const post = await client.ask<Outcome>('post', { to: event.requestContext.connectionId, data: 'x' })
    for (const each of [client, other]) each.socket.terminate()
    return { ...grants, post }
  }
  /** The message function gets a role of its own, with these actions on everything. */
  const only =
    (...Action: string[]) =>
    (template: Template): Template => {
      const { Message } = template.Resources
      if (Message?.Properties) Message.Properties.Role = { 'Fn::GetAtt': ['Own', 'Arn'] }
      const PolicyDocument = { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }
      template.Resources.Own = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument }] } }
      return template
    }

  it('is let through where its role allows it', async () => {
    const { put, transact, query, send, post } = await grantsWith((template) => template)
    expect([put, transact, query, send]).toEqual([{ ok: true }, { ok: true }, { ok: true }, { ok: true }])
    expect(post).toEqual({ ok: true })
  })

  it('gets AccessDeniedException for whatever its role does not grant', async () => {
    const { put, transact, query, send, post } = await grantsWith(only('nothing:AtAll'))
    for (const each of [put, transact, query, send, post]) expect(each.error).toBe('AccessDeniedException')
    expect(put.status).toBe(400)
    expect([send.status, post.status]).toEqual([403, 403])
    expect(put.message).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/Message/Message is not authorized to perform: dynamodb:PutItem on ' +
        'resource: arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Table because no identity-based policy allows ' +
        'the dynamodb:PutItem action',
    )
  })

  it('needs every action of a transaction', async () => {
    const { put, transact, query } = await grantsWith(only('dynamodb:PutItem', 'dynamodb:GetItem'))
    expect(put).toEqual({ ok: true })
    expect(transact.message).toMatch(/dynamodb:ConditionCheckItem/)
    expect(query.message).toMatch(/dynamodb:Query on resource: .*table\/Fixture-Table\/index\/byKind/)
  })

  it('does not start where the role of a poller cannot read its queue', async () => {
    const edit = (template: Template): Template => {
      const { Tick } = template.Resources
      if (Tick?.Properties) Tick.Properties.Role = { 'Fn::GetAtt': ['Own', 'Arn'] }
      template.Resources.Own = { Type: 'AWS::IAM::Role', Properties: {} }
      return template
    }
    await expect(startLocal({ cdkOut, dataDir: 'memory', edit, log: silent })).rejects.toThrow(
      /role of Tick does not allow sqs:ReceiveMessage/,
    )
  })

  it('answers nothing but its own error where API Gateway may not invoke it', async () => {
    const edit = (template: Template): Template => {
      delete template.Resources.MessagePermission
      return template
    }
    const local = await startLocal({ cdkOut, dataDir: 'memory', edit, log: silent })
    running.push(local)
    const client = await Client.open(`${local.wsUrl}/ws/iam`)
    expect(await client.ask('event')).toMatchObject({ message: 'Internal server error' })
    client.socket.terminate()
  })
})

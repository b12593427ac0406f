// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so Fn::Sub writes its placeholders
import { describe, expect, it } from 'vitest'
import type { Template } from '../../lib/local/assembly.ts'
import { Stack, type StackOptions } from '../../lib/local/template.ts'
import { template as fixture } from './fixture/fixture.ts'

const stackOf = (template: Template, options: StackOptions = {}): Stack =>
  new Stack({ stackName: 'Test', template, assets: new Map() }, options)

/** A value as a property of a resource would have it. */
const evaluate = (value: unknown, template: Partial<Template> = {}, options: StackOptions = {}): unknown => {
  const { Resources, ...others } = template
  const Probe = { Type: 'Test::Probe', Properties: { Value: value } }
  return stackOf({ ...others, Resources: { ...Resources, Probe } }, options).read('Probe', 'Value')
}

describe('intrinsic functions', () => {
  const table = {
    Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'things' } } },
  }

  it.each<[string, unknown, unknown]>([
    ['a plain value', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of the stack name', { Ref: 'AWS::StackName' }, 'Test'],
    ['Ref of a resource', { Ref: 'Table' }, 'things'],
    [
      'GetAtt as a list',
      { 'Fn::GetAtt': ['Table', 'Arn'] },
      'arn:aws:dynamodb:us-east-1:000000000000:table/things',
    ],
    [
      'GetAtt as a text',
      { 'Fn::GetAtt': 'Table.Arn' },
      'arn:aws:dynamodb:us-east-1:000000000000:table/things',
    ],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 1]] }, 'a-things-1'],
    [
      'Sub',
      { 'Fn::Sub': '${AWS::Partition}/${Table}/${Table.Arn}/${!Kept}' },
      'aws/things/arn:aws:dynamodb:us-east-1:000000000000:table/things/${Kept}',
    ],
    [
      'Sub with variables',
      { 'Fn::Sub': ['${A}-${Table}', { A: { Ref: 'AWS::AccountId' } }] },
      '000000000000-things',
    ],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['If', { 'Fn::If': ['Yes', 'yes', { Ref: 'Missing' }] }, 'yes'],
    ['If to nothing', { a: { 'Fn::If': ['No', 'yes', { Ref: 'AWS::NoValue' }] }, b: 1 }, { b: 1 }],
    ['NoValue in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
    ['FindInMap', { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'key'] }, 'found'],
    ['Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
    ['Ref of a parameter', { Ref: 'Parameter' }, 'default'],
  ])('%s', (_, value, expected) => {
    const template: Partial<Template> = {
      ...table,
      Parameters: { Parameter: { Type: 'String', Default: 'default' } },
      Mappings: { Map: { 'us-east-1': { key: 'found' } } },
      Conditions: {
        Yes: {
          'Fn::And': [
            { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
            { 'Fn::Not': [{ Condition: 'No' }] },
          ],
        },
        No: { 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }] },
      },
    }
    expect(evaluate(value, template)).toEqual(expected)
  })

  it.each<[unknown, RegExp]>([
    [{ Ref: 'Nobody' }, /Probe\.Value: there is no resource "Nobody"/],
    [{ Ref: 'Odd' }, /the Ref of "Odd" \(AWS::Odd::Thing\) is not emulated/],
    [
      { 'Fn::GetAtt': ['Table', 'Weight'] },
      /attribute Weight of "Table" \(AWS::DynamoDB::Table\) is not emulated/,
    ],
    [{ 'Fn::ImportValue': 'x' }, /Probe\.Value: Fn::ImportValue is not emulated/],
    [{ deep: { er: { 'Fn::Join': ['', [{ a: 1 }]] } } }, /Probe\.Value\.deep\.er: a text was expected/],
    [{ Ref: 'Bare' }, /parameter "Bare" has no default/],
  ])('says where %j fails', (value, message) => {
    const Resources = { ...table.Resources, Odd: { Type: 'AWS::Odd::Thing' } }
    expect(() => evaluate(value, { Resources, Parameters: { Bare: { Type: 'String' } } })).toThrow(message)
  })

  it('leaves out resources whose condition does not hold', () => {
    const Condition = 'Never'
    const Resources = { A: { Type: 'T' }, B: { Type: 'T', Condition } }
    expect(stackOf({ Resources, Conditions: { Never: { 'Fn::Equals': [1, 2] } } }).ids('T')).toEqual(['A'])
  })
})

describe('names on this machine', () => {
  it('puts local addresses in the place of those of AWS', () => {
    const plain = stackOf(fixture)
    const api = `https://${plain.refOf('Ws')}.execute-api.us-east-1.amazonaws.com`
    const stack = stackOf(fixture, {
      names: { Client: 'my-client' },
      rewrites: {
        [api]: 'http://127.0.0.1:1/_apis/x',
        'https://sqs.us-east-1.amazonaws.com': 'http://127.0.0.1:1',
        [`https://${plain.refOf('Bucket')}.s3.us-east-1.amazonaws.com`]: 'http://127.0.0.1:1/_s3/x',
      },
    })
    expect(stack.read('Message', 'Environment')).toEqual({
      Variables: {
        TABLE: 'Test-Table',
        QUEUE_URL: 'http://127.0.0.1:1/000000000000/Test-Queue',
        FILES_URL: 'http://127.0.0.1:1/_s3/x',
        CALLBACK_URL: 'http://127.0.0.1:1/_apis/x/prod',
      },
    })
    expect(stack.read('JwtAuthorizer', 'JwtConfiguration')).toMatchObject({ Audience: ['my-client'] })
  })
})

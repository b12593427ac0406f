import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { permissionsOf, permissionsPage } from '../../lib/stack/permissions.ts'

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Names that are not known before there is something to name. */
const UNKNOWN_NAMES = [/\/(POST|DELETE)\/@connections\/\*$/, /^Files\/files\/\*$/]

describe('what functions may do', () => {
  const permissions = permissionsOf(JSON.parse(textOf('cdk.out/Busbar.template.json')))

  it('is what docs/permissions.md says; after a change: npm run permissions', () => {
    expect(textOf('docs/permissions.md')).toBe(permissionsPage(permissions))
  })

  it('names every action', () => {
    expect(new Set(permissions.map(({ role }) => role)).size).toBe(10)
    expect(permissions.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([])
    expect(permissions.flatMap(({ actions }) => actions)).not.toContain('dynamodb:Scan')
  })

  it('names every resource, but those whose names are not known beforehand', () => {
    const wide = permissions.filter(({ resource }) => resource.includes('*'))
    expect(wide.length).toBeGreaterThan(0)
    expect(wide.filter(({ resource }) => !UNKNOWN_NAMES.some((each) => each.test(resource)))).toEqual([])
  })

  it('is read from policies of all shapes', () => {
    const statement = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: ['*', { Ref: 'CsmsThing12345678' }],
    }
    const denied = { Effect: 'Deny', Action: 's3:*', Resource: '*' }
    const template = {
      Resources: {
        CsmsOneRole12345678: {
          Type: 'AWS::IAM::Role',
          Properties: { Policies: [{ PolicyDocument: { Statement: [statement, denied] } }] },
        },
        CustomCDKBucketDeploymentServiceRole12345678: {
          Type: 'AWS::IAM::Role',
          Properties: { Policies: [{ PolicyDocument: { Statement: [statement] } }] },
        },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            Roles: [{ Ref: 'CsmsOneRole12345678' }],
            PolicyDocument: { Statement: [{ ...statement, Action: ['s3:PutObject'], Resource: '*' }] },
          },
        },
      },
    }
    expect(permissionsOf(template)).toEqual([
      { role: 'One', resource: '*', actions: ['s3:GetObject', 's3:PutObject'] },
      { role: 'One', resource: 'Thing', actions: ['s3:GetObject'] },
    ])
  })
})

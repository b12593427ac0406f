import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { Csms } from '../../lib/stack/csms.ts'
import { CDK_OUT } from '../support/system.ts'

const CONTEXT = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context

interface Resource {
  Type: string
  Properties: { TableName?: string }
}

function synthesize(restoredTable: string): Record<string, Resource> {
  const stack = new Stack(new App({ context: CONTEXT }), 'Test')
  new Csms(stack, 'Csms', { restoredTable })
  return Template.fromStack(stack).toJSON().Resources
}

const tablesOf = (resources: Record<string, Resource>) =>
  Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::DynamoDB::GlobalTable')

describe('a table that was restored', () => {
  it('takes the place of the stack’s own under its name, as a resource that can be imported', {
    timeout: 120_000,
  }, () => {
    const [[usual, ownTable] = ['']] = tablesOf(
      JSON.parse(readFileSync(join(CDK_OUT, 'Busbar.template.json'), 'utf8')).Resources,
    )
    const resources = synthesize('busbar-restored')
    const [[imported, table] = [''], ...others] = tablesOf(resources)
    expect(others).toEqual([])
    expect(imported).not.toBe(usual)
    expect(table?.Properties.TableName).toBe('busbar-restored')
    expect(ownTable?.Properties.TableName).toBeUndefined()
    expect(JSON.stringify(resources)).not.toContain(usual)
    expect(table).toMatchObject({ DeletionPolicy: 'Retain' })
  })
})

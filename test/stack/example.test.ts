import { readFileSync } from 'node:fs'
import { App } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ChargingStack } from '../../examples/own-stack/stack.ts'
import { faultsOf, type Template as Json } from '../support/template-faults.ts'

const CONTEXT = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context

describe('a stack of one’s own', () => {
  let template: Template
  beforeAll(() => {
    // The quality gates have it validated.
    vi.stubEnv('CDK_VALIDATION', 'false')
    template = Template.fromStack(new ChargingStack(new App({ context: CONTEXT }), 'Charging'))
  }, 300_000)

  it('has the whole central system in it, without a fault', () => {
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 1)
    template.resourceCountIs('AWS::CloudFront::Distribution', 1)
    expect(faultsOf(template.toJSON() as Json)).toEqual([])
  })

  it('listens to its events and tells its alarms', () => {
    const [bus = ''] = Object.keys(template.findResources('AWS::Events::EventBus'))
    const [topic = ''] = Object.keys(template.findResources('AWS::SNS::Topic'))
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: bus },
      EventPattern: { source: ['busbar'], 'detail-type': ['TransactionStopped'] },
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Invoices'), 'Arn'] } }],
    })
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 3600,
      AlarmActions: [{ Ref: topic }],
    })
  })

  it('gives it its settings', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({ HEARTBEAT_INTERVAL: '240', UNKNOWN_CHARGE_POINTS: 'pending' }),
      },
    })
    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'operations@example.com' })
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 })
  })
})

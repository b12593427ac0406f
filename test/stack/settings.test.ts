import { readFileSync } from 'node:fs'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Csms } from '../../lib/stack/csms.ts'
import { readSettings, SETTINGS, type SettingName } from '../../lib/stack/settings.ts'

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'))

const CERTIFICATE = 'arn:aws:acm:us-east-1:1:certificate'

/** The console’s client stands in a file of the console’s, with what else its pages read of the issuer. */
type OfAnIssuer = 'issuerUrl' | 'audience' | 'roleClaim' | 'consoleClientId'
type OfThisStack = Exclude<SettingName, OfAnIssuer>

/** What a command line gives for each setting, and what the template then has and did not have before. */
const GIVEN: Record<OfThisStack, [value: string, seen: string]> = {
  heartbeatInterval: ['241', '"HEARTBEAT_INTERVAL":"241"'],
  unknownChargePoints: ['pending', '"UNKNOWN_CHARGE_POINTS":"pending"'],
  readConfigurationAfter: ['17', '"READ_CONFIGURATION_AFTER":"17"'],
  silentAfterHours: ['25', '"SILENT_AFTER_HOURS":"25"'],
  messageLogDays: ['31', '"MESSAGE_LOG_DAYS":"31"'],
  eventDays: ['8', '"EVENT_DAYS":"8"'],
  auditDays: ['401', '"AUDIT_DAYS":"401"'],
  fileMaxBytes: ['1234567', '"FILE_MAX_BYTES":"1234567"'],
  privateWebhooks: ['allow', '"PRIVATE_WEBHOOKS":"allow"'],
  corsOrigins: ['https://pages.example', '"AllowOrigins":["https://pages.example"]'],
  requestsPerSecond: ['1001', '"ThrottlingRateLimit":1001'],
  stationMessagesPerSecond: ['777', '"ThrottlingRateLimit":777'],
  reservedConcurrency: ['55', '"ReservedConcurrentExecutions":55'],
  domainName: ['ocpp.example.com', '"Aliases":["ocpp.example.com"]'],
  certificateArn: [`${CERTIFICATE}/a`, `"AcmCertificateArn":"${CERTIFICATE}/a"`],
  plainWebSockets: ['true', '"ViewerProtocolPolicy":"allow-all"'],
  clientCertificates: ['s3://authorities/stations.pem', '"Key":"stations.pem"'],
  clientCertificatesDomainName: ['secure.example.com', '"Aliases":["secure.example.com"]'],
  clientCertificatesCertificateArn: [`${CERTIFICATE}/b`, `"AcmCertificateArn":"${CERTIFICATE}/b"`],
  certificateOrganization: ['Example Ltd', '"CERTIFICATE_ORGANIZATION":"Example Ltd"'],
  certificateRevocation: ['true', 'OcspEndpoint":true'],
  originSecretRotation: ['2026-11-21', '(origin secret 2026-11-21)'],
  administratorEmail: ['ann@example.com', '"Value":"ann@example.com"'],
  domainPrefix: ['ours', '"Domain":"ours"'],
  consoleUrls: ['https://desk.example/', '"https://desk.example/"'],
  logLevel: ['debug', '"ApplicationLogLevel":"DEBUG"'],
  logDays: ['731', '"RetentionInDays":731'],
  tracing: ['true', '"Mode":"Active"'],
  alarmEmail: ['bob@example.com', '"Endpoint":"bob@example.com"'],
  dashboard: ['false', '"AWS::CloudWatch::Dashboard"'],
  monthlyBudget: ['51', '"Amount":51'],
  restoredTable: ['busbar-restored', '"TableName":"busbar-restored"'],
  removalPolicy: ['destroy', '"Custom::S3AutoDeleteObjects"'],
}

/** Instead of a user pool. */
const GIVEN_OF_AN_ISSUER: Record<Exclude<OfAnIssuer, 'consoleClientId'>, [value: string, seen: string]> = {
  issuerUrl: ['https://id.example.com/realm', '"ISSUER_URL":"https://id.example.com/realm"'],
  audience: ['one,two', '"Audience":["one","two"]'],
  roleClaim: ['groups', '"ROLE_CLAIM":"groups"'],
}

function templateWith(given: Record<string, [value: string, seen: string]>): string {
  const stack = new Stack(new App({ context }), 'Test')
  const settings = Object.fromEntries(Object.entries(given).map(([name, [value]]) => [name, value]))
  new Csms(stack, 'Csms', readSettings(settings))
  return JSON.stringify(Template.fromStack(stack).toJSON()).toLowerCase()
}

describe('every setting', () => {
  let usual: string
  let full: string
  let foreign: string
  beforeAll(() => {
    // The quality gates have it validated.
    vi.stubEnv('CDK_VALIDATION', 'false')
    usual = templateWith({})
    full = templateWith(GIVEN)
    foreign = templateWith(GIVEN_OF_AN_ISSUER)
  }, 300_000)

  it('is given here', () => {
    const given = [...Object.keys(GIVEN), ...Object.keys(GIVEN_OF_AN_ISSUER), 'consoleClientId']
    expect(given.sort()).toEqual(Object.keys(SETTINGS).sort())
  })

  it.each(Object.entries(GIVEN))('is seen in the template: %s', (_, [, seen]) => {
    expect(full.includes(seen.toLowerCase())).toBe(!usual.includes(seen.toLowerCase()))
  })

  it.each(Object.entries(GIVEN_OF_AN_ISSUER))('is seen in the template: %s', (_, [, seen]) => {
    expect([usual, foreign].map((each) => each.includes(seen.toLowerCase()))).toEqual([false, true])
  })
})

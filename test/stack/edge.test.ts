import { readFileSync } from 'node:fs'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { Csms, type CsmsProps } from '../../lib/stack/csms.ts'

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'))

interface Resource {
  Type: string
  Properties: Record<string, any>
}

function synthesize(props: CsmsProps = {}) {
  process.env.CDK_VALIDATION = 'false'
  const stack = new Stack(new App({ context }), 'Test')
  new Csms(stack, 'Csms', props)
  return Template.fromStack(stack).toJSON() as {
    Resources: Record<string, Resource>
    Outputs: Record<string, any>
  }
}

type Made = ReturnType<typeof synthesize>

const all = ({ Resources }: Made, type: string) =>
  Object.entries(Resources).flatMap(([id, each]) => (each.Type === type ? [{ id, ...each.Properties }] : []))
const config = (made: Made, index = 0): Record<string, any> =>
  (all(made, 'AWS::CloudFront::Distribution')[index] as Record<string, any>).DistributionConfig
const behavior = (made: Made, path: string): Record<string, any> =>
  config(made).CacheBehaviors.find((each: Record<string, any>) => each.PathPattern === path)
const originOf = (made: Made, { TargetOriginId }: Record<string, any>, index = 0): Record<string, any> =>
  config(made, index).Origins.find(({ Id }: Record<string, any>) => Id === TargetOriginId)
const text = (value: unknown) => JSON.stringify(value)

const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'

const SLOW = 180_000

describe('the edge', () => {
  let plain: Made
  beforeAll(() => {
    plain = synthesize()
  }, SLOW)

  it('is one distribution, of HTTP/1.1, in front of charge points, operators and the console', () => {
    expect(all(plain, 'AWS::CloudFront::Distribution')).toHaveLength(1)
    const { HttpVersion, CacheBehaviors, Aliases } = config(plain)
    expect([HttpVersion, Aliases]).toEqual(['http1.1', undefined])
    const paths = CacheBehaviors.map(({ PathPattern }: Record<string, any>) => PathPattern)
    expect(paths).toEqual(['/ocpp/*', '/api/*', '/oauth2/*'])
    const domain = { 'Fn::GetAtt': [expect.stringMatching(/^CsmsDistribution/), 'DomainName'] }
    const outputs = Object.fromEntries(
      Object.entries(plain.Outputs).map(([name, { Value }]) => [
        name.replace(/^Csms|[0-9A-F]{8}$/g, ''),
        Value,
      ]),
    )
    expect(outputs).toMatchObject({
      ConsoleUrl: { 'Fn::Join': ['', ['https://', domain, '/']] },
      StationUrl: { 'Fn::Join': ['', ['wss://', domain, '/ocpp/']] },
      OperatorUrl: { 'Fn::Join': ['', ['https://', domain, '/api']] },
    })
  })

  it('hands charge points on as they came, by TLS alone, and redirects none', () => {
    const stations = behavior(plain, '/ocpp/*')
    expect(stations).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: CACHING_DISABLED,
      OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
      FunctionAssociations: [{ EventType: 'viewer-request' }],
    })
    const origin = originOf(plain, stations)
    expect(origin.CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    })
    expect(origin.OriginPath).toBe('/ocpp')
    expect(text(origin.DomainName)).toContain('CsmsStationApi')
  })

  it('keeps no error: one charge point’s would be that of all, who differ in a query that is not in the key', () => {
    const kept: Record<string, unknown>[] = config(plain).CustomErrorResponses
    expect(kept.map(({ ErrorCode }) => ErrorCode)).toEqual([400, 403, 404, 405, 414, 500, 501, 502, 503, 504])
    for (const { ErrorCode, ...more } of kept) expect(more).toEqual({ ErrorCachingMinTTL: 0 })
  })

  it('shows the WebSocket API, and nobody else, a secret that stands nowhere in the template', () => {
    const headers = config(plain).Origins.map((each: Record<string, any>) => each.OriginCustomHeaders)
    const [header, ...others] = headers.filter(Boolean).flat()
    expect(others).toEqual([])
    expect(header.HeaderName).toBe('x-origin-verify')
    expect(header.HeaderValue['Fn::Join'][1]).toEqual([
      '{{resolve:secretsmanager:',
      { Ref: expect.stringMatching(/^CsmsOriginSecret/) },
      ':SecretString:current::}}',
    ])
    expect(originOf(plain, behavior(plain, '/ocpp/*')).OriginCustomHeaders).toEqual([header])
    const readers = all(plain, 'AWS::Lambda::Function').filter((each) =>
      text(each).includes('ORIGIN_SECRET_ID'),
    )
    expect(readers.map(({ id }) => id)).toEqual([expect.stringMatching(/^CsmsAuthorize/)])
  })

  it.each(['/api/*', '/oauth2/*'])('hands %s on with every method and token, by TLS alone', (path) => {
    const found = behavior(plain, path)
    expect(found).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: CACHING_DISABLED,
      OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
    })
    expect(found.AllowedMethods).toEqual(expect.arrayContaining(['POST', 'PATCH', 'DELETE', 'OPTIONS']))
    expect(text(originOf(plain, found).DomainName)).toContain('CsmsOperatorApi')
  })

  it('passes what needs no cookies on to the sign-in pages, and sends browsers there', () => {
    const proxied = all(plain, 'AWS::ApiGatewayV2::Integration').filter(
      ({ IntegrationType }: Record<string, any>) => IntegrationType === 'HTTP_PROXY',
    )
    const uris = proxied.map((each: Record<string, any>) => each.IntegrationUri['Fn::Join'][1].at(-1))
    expect(uris.map((uri: string) => uri.replace(/^.*\.com/, '')).sort()).toEqual([
      '/oauth2/revoke',
      '/oauth2/token',
      '/oauth2/userInfo',
      '/oauth2/userInfo',
    ])
    const code = all(plain, 'AWS::CloudFront::Function').map((each: Record<string, any>) =>
      text(each.FunctionCode),
    )
    expect(code.filter((each) => each.includes('/oauth2/authorize') && each.includes('.auth.'))).toHaveLength(
      1,
    )
    expect(code.filter((each) => each.includes('__'))).toEqual([])
  })

  it('reads the console from a bucket that nobody else can read', () => {
    const { DefaultCacheBehavior } = config(plain)
    expect(DefaultCacheBehavior).toMatchObject({ ViewerProtocolPolicy: 'redirect-to-https' })
    const origin = originOf(plain, DefaultCacheBehavior)
    expect(origin.OriginAccessControlId).toBeDefined()
    const policies = all(plain, 'AWS::S3::BucketPolicy').filter((each) => text(each).includes('CsmsConsole'))
    const statements = policies.flatMap((each: Record<string, any>) => each.PolicyDocument.Statement)
    const allowed = statements.filter(({ Effect }: Record<string, any>) => Effect === 'Allow')
    expect(allowed).toMatchObject([
      {
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      },
    ])
    expect(all(plain, 'Custom::CDKBucketDeployment')).toEqual([])
  })

  it('lets the console send files to their bucket, and call nothing else of S3', () => {
    const [policy] = all(plain, 'AWS::CloudFront::ResponseHeadersPolicy') as Record<string, any>[]
    const { SecurityHeadersConfig } = policy?.ResponseHeadersPolicyConfig ?? {}
    const parts: unknown[] = SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy['Fn::Join'][1]
    const files = { 'Fn::GetAtt': [expect.stringMatching(/^CsmsFiles/), 'RegionalDomainName'] }
    const at = parts.findIndex((each) => text(each).includes('CsmsFiles'))
    expect([parts[at - 1], parts[at]]).toEqual([expect.stringMatching(/ https:\/\/$/), files])
    expect(text(parts)).not.toMatch(/s3\.|\*/)
  })

  describe('with everything set', () => {
    let full: Made
    const name = { domainName: 'ocpp.example.com', certificateArn: 'arn:aws:acm:us-east-1:1:certificate/a' }
    beforeAll(() => {
      full = synthesize({
        ...name,
        plainWebSockets: true,
        clientCertificates: 's3://authorities/stations.pem',
        clientCertificatesDomainName: 'secure.example.com',
        clientCertificatesCertificateArn: 'arn:aws:acm:us-east-1:1:certificate/b',
        certificateOrganization: 'Example',
        certificateRevocation: true,
        originSecretRotation: '2026-11',
      })
    }, SLOW)

    it('goes by its own name, with TLS 1.2 at the least', () => {
      const [first, second] = [config(full), config(full, 1)]
      expect([first.Aliases, second.Aliases]).toEqual([['ocpp.example.com'], ['secure.example.com']])
      for (const { ViewerCertificate } of [first, second])
        expect(ViewerCertificate).toMatchObject({
          MinimumProtocolVersion: 'TLSv1.2_2021',
          SslSupportMethod: 'sni-only',
        })
      expect(text(full.Outputs)).toContain('wss://ocpp.example.com/ocpp/')
    })

    it('has files sent by the pages of that name alone', () => {
      const rules = all(full, 'AWS::S3::Bucket').flatMap(
        (each: Record<string, any>) => each.CorsConfiguration?.CorsRules ?? [],
      )
      expect(rules.map(({ AllowedOrigins }) => AllowedOrigins)).toEqual([['https://ocpp.example.com']])
    })

    it('takes ws:// too, and then asks CloudFront how a charge point came', () => {
      const { ViewerProtocolPolicy, CachePolicyId } = behavior(full, '/ocpp/*')
      expect(ViewerProtocolPolicy).toBe('allow-all')
      const [policy, ...others] = all(full, 'AWS::CloudFront::CachePolicy') as Record<string, any>[]
      expect([CachePolicyId.Ref, others]).toEqual([policy?.id, []])
      const {
        MinTTL,
        DefaultTTL,
        ParametersInCacheKeyAndForwardedToOrigin: key,
      } = policy?.CachePolicyConfig ?? {}
      expect([MinTTL, DefaultTTL]).toEqual([0, 0])
      expect(key.HeadersConfig.Headers).toEqual(['CloudFront-Forwarded-Proto', 'Authorization'])
    })

    it('has a second distribution that asks for certificates, with a secret of its own', () => {
      const second = config(full, 1)
      expect(second.ViewerMtlsConfig).toEqual({
        Mode: 'required',
        TrustStoreConfig: {
          TrustStoreId: { 'Fn::GetAtt': [expect.stringMatching(/^CsmsTrustStore/), 'Id'] },
        },
      })
      expect(second.HttpVersion).toBe('http2')
      expect(second.DefaultCacheBehavior.ViewerProtocolPolicy).toBe('https-only')
      const [header] = originOf(full, second.DefaultCacheBehavior, 1).OriginCustomHeaders
      expect(text(header)).toContain('CsmsCertificateOriginSecret')
      const [store] = all(full, 'AWS::CloudFront::TrustStore') as Record<string, any>[]
      expect(store?.CaCertificatesBundleSource.CaCertificatesBundleS3Location).toMatchObject({
        Bucket: 'authorities',
        Key: 'stations.pem',
      })
      expect(store?.UseClientCertificateOCSPEndpoint).toBe(true)
      const [policy] = all(full, 'AWS::CloudFront::OriginRequestPolicy') as Record<string, any>[]
      const { Headers } = policy?.OriginRequestPolicyConfig.HeadersConfig ?? {}
      expect(Headers.length).toBeLessThanOrEqual(10)
      expect(Headers).toEqual(
        expect.arrayContaining(['Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Sec-WebSocket-Protocol']),
      )
      expect(Headers).toContain('CloudFront-Viewer-Cert-Subject')
    })

    it('keeps no error at the second one either', () => {
      expect(config(full, 1).CustomErrorResponses).toEqual(config(full).CustomErrorResponses)
    })

    it('writes both distributions anew with a rotation', () => {
      for (const index of [0, 1]) expect(config(full, index).Comment).toContain('(origin secret 2026-11)')
    })
  })

  it.each<[CsmsProps, string]>([
    [{ domainName: 'ocpp.example.com' }, 'go together'],
    [{ certificateArn: 'arn:aws:acm:us-east-1:1:certificate/a' }, 'go together'],
    [{ domainName: 'ocpp', certificateArn: 'arn:aws:acm:us-east-1:1:certificate/a' }, 'must be a host name'],
    [{ domainName: 'a.example', certificateArn: 'arn:aws:acm:eu-west-1:1:certificate/a' }, 'us-east-1'],
    [{ clientCertificates: 'authorities/stations.pem' }, 's3://bucket/key'],
  ])(
    'refuses %j',
    (props, message) => {
      expect(() => synthesize(props)).toThrow(message)
    },
    SLOW,
  )

  it(
    'leaves signing in to another issuer, where there is one',
    () => {
      const made = synthesize({ issuer: { issuerUrl: 'https://id.example.com/', audience: ['busbar'] } })
      expect(behavior(made, '/oauth2/*')).toBeUndefined()
      expect(text(all(made, 'AWS::ApiGatewayV2::Integration'))).not.toContain('HTTP_PROXY')
    },
    SLOW,
  )
})

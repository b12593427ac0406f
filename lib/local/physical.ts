import { createHash } from 'node:crypto'
import { arn, bucketHost, executeApiHost, userPoolIssuer, WORLD } from './world.ts'

/** A property of the resource in question, resolved, if it is a text. */
export type Own = (property: string) => string | undefined

type Name = (id: string, own: Own, stackName: string) => string

interface Kind {
  ref: Name
  attributes?: Record<string, Name>
}

/** Lower-case letters and digits, the same for the same logical id, as API Gateway's and Cognito's own ids look. */
const token = (id: string, length: number): string =>
  BigInt(`0x${createHash('sha256').update(id).digest('hex')}`)
    .toString(36)
    .slice(0, length)

const logicalId: Name = (id) => id
const named =
  (property: string): Name =>
  (id, own, stackName) =>
    own(property) ?? `${stackName}-${id}`
const apiId: Name = (id) => token(id, 10)
const apiEndpoint: Name = (id, own) =>
  `${own('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https'}://${executeApiHost(token(id, 10))}`
const userPoolId: Name = (id) => `${WORLD.region}_${token(id, 9)}`
const userPoolClientId: Name = (id) => token(id, 26)
const bucketName: Name = (id, own) => own('BucketName') ?? `${token(id, 8)}-bucket`
const cloudFrontId: Name = (id) => token(id, 14).toUpperCase()
const distributionDomain: Name = (id) => `${token(id, 13)}.cloudfront.net`

const table: Kind = {
  ref: named('TableName'),
  attributes: {
    Arn: (...of) => arn('dynamodb', `table/${named('TableName')(...of)}`),
    StreamArn: (...of) => arn('dynamodb', `table/${named('TableName')(...of)}/stream/local`),
    TableId: (id) => token(id, 26),
  },
}

/** What each type of resource is called here, and the attributes of it that others may ask for. */
export const KINDS: Record<string, Kind> = {
  'AWS::ApiGatewayV2::Api': { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: apiEndpoint } },
  'AWS::ApiGatewayV2::Authorizer': { ref: logicalId, attributes: { AuthorizerId: logicalId } },
  'AWS::ApiGatewayV2::Integration': { ref: logicalId },
  'AWS::ApiGatewayV2::Route': { ref: logicalId, attributes: { RouteId: logicalId } },
  'AWS::ApiGatewayV2::Stage': { ref: (id, own) => own('StageName') ?? id },
  'AWS::CloudFront::CachePolicy': { ref: cloudFrontId },
  'AWS::CloudFront::Distribution': {
    ref: cloudFrontId,
    attributes: { DomainName: distributionDomain, Id: cloudFrontId },
  },
  'AWS::CloudFront::Function': {
    ref: (id, own) => arn('cloudfront', `function/${own('Name') ?? id}`, ''),
    attributes: { FunctionARN: (id, own) => arn('cloudfront', `function/${own('Name') ?? id}`, '') },
  },
  'AWS::CloudFront::OriginAccessControl': { ref: cloudFrontId, attributes: { Id: cloudFrontId } },
  'AWS::CloudFront::OriginRequestPolicy': { ref: cloudFrontId },
  'AWS::CloudFront::ResponseHeadersPolicy': { ref: cloudFrontId },
  'AWS::CloudFront::TrustStore': { ref: cloudFrontId, attributes: { Id: cloudFrontId } },
  'AWS::Cognito::UserPool': {
    ref: userPoolId,
    attributes: {
      Arn: (...of) => arn('cognito-idp', `userpool/${userPoolId(...of)}`),
      UserPoolId: userPoolId,
      ProviderName: (...of) => userPoolIssuer(userPoolId(...of)).replace('https://', ''),
      ProviderURL: (...of) => userPoolIssuer(userPoolId(...of)),
    },
  },
  'AWS::Cognito::UserPoolClient': { ref: userPoolClientId, attributes: { ClientId: userPoolClientId } },
  'AWS::Cognito::UserPoolDomain': { ref: (id, own) => own('Domain') ?? token(id, 12) },
  'AWS::Cognito::UserPoolResourceServer': { ref: (id, own) => own('Identifier') ?? id },
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::EventBus': {
    ref: named('Name'),
    attributes: { Arn: (...of) => arn('events', `event-bus/${named('Name')(...of)}`), Name: named('Name') },
  },
  'AWS::Events::Rule': {
    ref: named('Name'),
    attributes: { Arn: (...of) => arn('events', `rule/${named('Name')(...of)}`) },
  },
  'AWS::IAM::Role': {
    ref: named('RoleName'),
    attributes: {
      Arn: (...of) => arn('iam', `role/${named('RoleName')(...of)}`, ''),
      RoleId: (id) => token(id, 21),
    },
  },
  'AWS::Lambda::Function': {
    ref: named('FunctionName'),
    attributes: { Arn: (...of) => arn('lambda', `function:${named('FunctionName')(...of)}`) },
  },
  'AWS::Logs::LogGroup': {
    ref: named('LogGroupName'),
    attributes: { Arn: (...of) => arn('logs', `log-group:${named('LogGroupName')(...of)}:*`) },
  },
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: (...of) => `arn:${WORLD.partition}:s3:::${bucketName(...of)}`,
      DomainName: (...of) => `${bucketName(...of)}.s3.${WORLD.urlSuffix}`,
      RegionalDomainName: (...of) => bucketHost(bucketName(...of)),
    },
  },
  'AWS::SecretsManager::Secret': {
    ref: (...of) => arn('secretsmanager', `secret:${named('Name')(...of)}-${token(of[0], 6)}`),
  },
  'AWS::SQS::Queue': {
    ref: (...of) =>
      `https://sqs.${WORLD.region}.${WORLD.urlSuffix}/${WORLD.account}/${named('QueueName')(...of)}`,
    attributes: { Arn: (...of) => arn('sqs', named('QueueName')(...of)), QueueName: named('QueueName') },
  },
}

/** The AWS that does not exist: what the pseudo parameters resolve to on one machine. */
export const WORLD = {
  account: '000000000000',
  region: 'us-east-1',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
} as const

export const arn = (service: string, resource: string, region: string = WORLD.region): string =>
  `arn:${WORLD.partition}:${service}:${region}:${WORLD.account}:${resource}`

export const executeApiHost = (apiId: string): string =>
  `${apiId}.execute-api.${WORLD.region}.${WORLD.urlSuffix}`

export const userPoolIssuer = (userPoolId: string): string =>
  `https://cognito-idp.${WORLD.region}.amazonaws.com/${userPoolId}`

export const userPoolDomainUrl = (prefix: string): string =>
  `https://${prefix}.auth.${WORLD.region}.amazoncognito.com`

export const bucketHost = (bucket: string): string => `${bucket}.s3.${WORLD.region}.${WORLD.urlSuffix}`

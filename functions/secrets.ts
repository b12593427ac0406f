import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CALLS } from './aws.ts'

/** A secret's text, fetched when it is first asked for; a failure is forgotten. */
export function createSecret(secretId: string): () => Promise<string> {
  const client = new SecretsManagerClient(CALLS)
  let fetched: Promise<string> | undefined
  return () => {
    fetched ??= fetchSecret(client, secretId).catch((error: unknown) => {
      fetched = undefined
      throw error
    })
    return fetched
  }
}

async function fetchSecret(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }))
  if (!SecretString) throw new Error(`the secret ${SecretId} has no text`)
  return SecretString
}

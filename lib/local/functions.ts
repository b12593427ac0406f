import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CallerKeysOf } from './caller-keys.ts'
import { type FunctionDefinition, LocalFunction } from './function.ts'
import { asNumber, asObject, asText } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Stack } from './template.ts'
import { WORLD } from './world.ts'

/** Invokes a function by its logical id. Rejects with a FunctionError. */
export type Invoke = (functionId: string, event: unknown) => Promise<unknown>

/** All functions of the template, each started when it is first used. */
export class Functions {
  private readonly stack: Stack
  private readonly endpoint: string
  private readonly keysOf: CallerKeysOf
  private readonly log: Log
  private readonly functions = new Map<string, LocalFunction>()

  constructor(stack: Stack, endpoint: string, keysOf: CallerKeysOf, log: Log) {
    this.stack = stack
    this.endpoint = endpoint
    this.keysOf = keysOf
    this.log = log
  }

  readonly invoke: Invoke = (functionId, event) => this.get(functionId).invoke(event)

  /**
   * Starts the workers of these functions, without making anybody wait. One after the other: all at once, each is as slow
   * as all together. One that is needed before its turn is started for that.
   */
  warm(functionIds: Iterable<string>): void {
    const functions = [...new Set(functionIds)].map((id) => this.get(id))
    void functions.reduce((before, each) => before.then(() => each.warm()), Promise.resolve())
  }

  async stop(): Promise<void> {
    await Promise.all([...this.functions.values()].map((each) => each.stop()))
  }

  private get(id: string): LocalFunction {
    let found = this.functions.get(id)
    if (!found) {
      found = new LocalFunction(this.define(id), this.log)
      this.functions.set(id, found)
    }
    return found
  }

  private define(id: string): FunctionDefinition {
    const { stack } = this
    const runtime = stack.text(id, 'Runtime') ?? ''
    if (!runtime.startsWith('nodejs')) throw new UserError(`${id}: the runtime "${runtime}" is not emulated`)
    const handler = stack.required(id, 'Handler')
    const dot = handler.lastIndexOf('.')
    const functionName = stack.refOf(id)
    const memorySize = stack.text(id, 'MemorySize') ?? '128'
    return {
      id,
      handlerUrl: pathToFileURL(this.handlerFile(id, handler.slice(0, dot))).href,
      exportName: handler.slice(dot + 1),
      functionName,
      functionArn: stack.attributeOf(id, 'Arn'),
      memorySize,
      timeoutSeconds: asNumber(stack.read(id, 'Timeout')) ?? 3,
      environment: { ...this.runtimeEnvironment(id, functionName, memorySize), ...this.ownEnvironment(id) },
    }
  }

  private handlerFile(id: string, module: string): string {
    const key = asText(asObject(this.stack.read(id, 'Code')).S3Key)
    const directory = key && this.stack.asset(key)
    if (!directory) throw new UserError(`${id}: its code is not an asset of the synthesized app`)
    const file = ['mjs', 'js', 'cjs']
      .map((extension) => join(directory, `${module}.${extension}`))
      .find(existsSync)
    if (!file) throw new UserError(`${id}: no ${module}.mjs, .js or .cjs in ${directory}`)
    return file
  }

  private ownEnvironment(id: string): Record<string, string> {
    const variables = asObject(asObject(this.stack.read(id, 'Environment')).Variables)
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, asText(value) ?? '']))
  }

  /** As Lambda sets it; the access key names the function, which is how the endpoint knows who calls. */
  private runtimeEnvironment(id: string, functionName: string, memorySize: string): Record<string, string> {
    const { secretAccessKey, sessionToken } = this.keysOf(id)
    return {
      AWS_REGION: WORLD.region,
      AWS_DEFAULT_REGION: WORLD.region,
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memorySize,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ENDPOINT_URL_DYNAMODB: this.endpoint,
      AWS_ENDPOINT_URL_SQS: this.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: this.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.endpoint,
      // Nothing of this machine's own AWS configuration may leak in.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      LANG: 'en_US.UTF-8',
      TZ: 'UTC',
      NODE_NO_WARNINGS: '1',
    }
  }
}

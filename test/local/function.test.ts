import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type FunctionError, LocalFunction } from '../../lib/local/function.ts'

const folder = mkdtempSync(join(tmpdir(), 'busbar-function-'))
const running: LocalFunction[] = []
const lines: string[] = []
let count = 0

const functionOf = (code: string, timeoutSeconds = 3, exportName = 'handler'): LocalFunction => {
  const file = join(folder, `${count++}.mjs`)
  writeFileSync(file, code)
  const made = new LocalFunction(
    {
      id: 'StackThingABCDEF01',
      handlerUrl: pathToFileURL(file).href,
      exportName,
      functionName: 'thing',
      functionArn: 'arn:thing',
      memorySize: '256',
      timeoutSeconds,
      environment: { ONLY: 'this' },
    },
    (line) => lines.push(line),
  )
  running.push(made)
  return made
}

const failure = async (call: Promise<unknown>) => {
  const error = (await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )) as FunctionError | undefined
  return error?.failure
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()))
  lines.splice(0)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a function in its worker', () => {
  it('gets its event, a context, its own environment and nothing of ours', async () => {
    const echo = functionOf(`export const handler = async (event, context) => ({
      event, environment: { ...process.env }, left: context.getRemainingTimeInMillis(),
      name: context.functionName, arn: context.invokedFunctionArn, id: context.awsRequestId })`)
    const result = (await echo.invoke({ a: 1 })) as Record<string, unknown>
    expect(result).toMatchObject({
      event: { a: 1 },
      environment: { ONLY: 'this' },
      name: 'thing',
      arn: 'arn:thing',
    })
    expect(Object.keys(result.environment as object)).toEqual(['ONLY'])
    expect(result.left).toBeGreaterThan(2_000)
    expect(result.left).toBeLessThanOrEqual(3_000)
    expect(result.id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('keeps its module between events and takes several at once', async () => {
    const counter = functionOf(`let calls = 0
      export const handler = async (wait) => { calls++; await new Promise((r) => setTimeout(r, wait)); return calls }`)
    const slow = counter.invoke(200)
    expect(await counter.invoke(1)).toBe(2)
    expect(await slow).toBe(2)
  })

  it('gives null where the handler gives nothing, and drops what is not JSON', async () => {
    const nothing = functionOf('export const handler = async () => {}')
    expect(await nothing.invoke({})).toBeNull()
    const odd = functionOf(
      'export const handler = async () => ({ a: undefined, b: new Date(0), c: () => 1 })',
    )
    expect(await odd.invoke({})).toEqual({ b: '1970-01-01T00:00:00.000Z' })
  })

  it('reports an error with its type, message and trace', async () => {
    const failing = functionOf('export const handler = async () => { throw new RangeError("As asked") }')
    const reported = await failure(failing.invoke({}))
    expect(reported).toMatchObject({ errorType: 'RangeError', errorMessage: 'As asked' })
    expect(reported?.trace?.[0]).toBe('RangeError: As asked')
    expect(lines[0]).toBe('[StackThing] ERROR RangeError: As asked')
  })

  it.each([
    ['a broken module', 'export const handler = (', 'handler', /Unexpected/],
    ['a missing import', 'import "./nowhere.mjs"; export const handler = 1', 'handler', /nowhere\.mjs/],
    ['a missing export', 'export const other = 1', 'handler', /handler is undefined or not exported/],
  ])('fails every event of %s', async (_, code, exportName, message) => {
    const broken = functionOf(code, 3, exportName)
    expect((await failure(broken.invoke({})))?.errorMessage).toMatch(message)
    expect((await failure(broken.invoke({})))?.errorMessage).toMatch(message)
  })

  it('times out an event and goes on with the others', async () => {
    const slow = functionOf(
      'let calls = 0; export const handler = async (wait) => { calls++; await new Promise((r) => setTimeout(r, wait)); return calls }',
      0.2,
    )
    expect(await failure(slow.invoke(1_000))).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 0\.20 seconds$/),
    })
    expect(await slow.invoke(1)).toBe(2)
  })

  it('is ended and started anew when it is stuck in a loop', async () => {
    const stuck = functionOf(
      'let calls = 0; export const handler = async (loop) => { calls++; while (loop); return calls }',
      0.2,
    )
    expect((await failure(stuck.invoke(true)))?.errorType).toBe('Sandbox.Timedout')
    await new Promise((resolve) => {
      setTimeout(resolve, 1_200)
    })
    expect(await stuck.invoke(false)).toBe(1)
  })

  it('fails what was under way when it exits, and starts again', async () => {
    const exiting = functionOf(
      'export const handler = async (code) => { if (code) process.exit(code); return "alive" }',
    )
    const outcome = await failure(exiting.invoke(3))
    expect(outcome).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'Runtime exited with exit status 3',
    })
    expect(await exiting.invoke(0)).toBe('alive')
  })

  it('dies of an unhandled rejection, and starts again', async () => {
    const careless = functionOf(`export const handler = async (bad) => {
      if (bad) { Promise.reject(new Error('nobody looks')); await new Promise((r) => setTimeout(r, 500)) }
      return 'alive' }`)
    expect((await failure(careless.invoke(true)))?.errorMessage).toBe('nobody looks')
    expect(await careless.invoke(false)).toBe('alive')
  })

  it('has its output passed on, line by line, with its name', async () => {
    const talking = functionOf(
      'export const handler = async () => { console.log("one\\ntwo"); console.error("three") }',
    )
    await talking.invoke({})
    await expect
      .poll(() => [...lines].sort())
      .toEqual(['one', 'three', 'two'].map((line) => `[StackThing] ${line}`))
  })
})

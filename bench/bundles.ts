import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { bundleFunctions, FUNCTION_NAMES, type FunctionName } from '../lib/stack/bundle.ts'

export interface Bundle {
  name: string
  kilobytes: number
  gzipKilobytes: number
  /** Of the processor, the median of several fresh processes. */
  importMilliseconds: number
  /** The same, as a multiple of what the SDK's DynamoDB client alone takes: it is the same on every machine. */
  importRatio: number
  /** The most there may be; the function that every frame goes through has one. */
  budget?: { kilobytes: number; importRatio: number }
}

/** 80 ms where the SDK's DynamoDB client alone takes 42. */
const BUDGETS: Partial<Record<FunctionName, NonNullable<Bundle['budget']>>> = {
  message: { kilobytes: 500, importRatio: 1.9 },
}

export const fits = ({ kilobytes, importRatio, budget }: Bundle): boolean =>
  !budget || (kilobytes <= budget.kilobytes && importRatio <= budget.importRatio)

const RUNS = 7
const SETTINGS = {
  TABLE: 'Table',
  DEPLOYMENT: 'bench',
  LOG_LEVEL: 'info',
  CALLBACK_URL: 'http://127.0.0.1:1',
  TICKS_URL: 'http://127.0.0.1:1',
  TASKS_URL: 'http://127.0.0.1:1',
  WEBHOOKS_URL: 'http://127.0.0.1:1',
  DEAD_WEBHOOKS_URL: 'http://127.0.0.1:1',
  FILES_URL: 'http://127.0.0.1:1',
  HEARTBEAT_INTERVAL: '300',
  UNKNOWN_CHARGE_POINTS: 'refuse',
  READ_CONFIGURATION_AFTER: '10',
  MESSAGE_LOG_DAYS: '30',
  AUDIT_DAYS: '400',
  EVENT_DAYS: '7',
  WEBHOOK_RETRY_AFTER: '10',
  PRIVATE_WEBHOOKS: 'refuse',
  BUS_NAME: 'bus',
  ROLE_CLAIM: 'cognito:groups',
  MASTER_SECRET_ID: 'secret',
  ORIGIN_SECRET_ID: 'secret',
  PLAIN_WEB_SOCKETS: 'false',
  SILENT_AFTER_HOURS: '24',
  FILE_MAX_BYTES: '1000000',
  AWS_REGION: 'eu-west-1',
  NODE_NO_WARNINGS: '1',
}

const OUT = join(import.meta.dirname, '..', 'dist', 'bench')

/** How large each function is, and how long its import takes. */
export function measureBundles(): Bundle[] {
  const directories = bundleFunctions(OUT)
  const reference = importTime(bundleReference())
  return FUNCTION_NAMES.map((name) => {
    const file = join(directories[name], 'index.mjs')
    const code = readFileSync(file)
    const importMilliseconds = importTime(file)
    return {
      name,
      kilobytes: code.length / 1000,
      gzipKilobytes: gzipSync(code).length / 1000,
      importMilliseconds,
      importRatio: importMilliseconds / reference,
      ...(BUDGETS[name] ? { budget: BUDGETS[name] } : {}),
    }
  })
}

/** The least that a function with a table must import. */
function bundleReference(): string {
  const outfile = join(OUT, 'reference', 'index.mjs')
  buildSync({
    stdin: {
      contents: `
        import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
        import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
        export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}))
        export const commands = [GetCommand, PutCommand, QueryCommand, UpdateCommand]`,
      resolveDir: import.meta.dirname,
    },
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  })
  return outfile
}

function importTime(file: string): number {
  const times = Array.from({ length: RUNS }, () => importOnce(file)).sort((a, b) => a - b)
  return times[Math.floor(RUNS / 2)] ?? 0
}

function importOnce(file: string): number {
  const script = `await import(${JSON.stringify(pathToFileURL(file).href)}); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)`
  const out = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', `const before = process.cpuUsage(); ${script}`],
    {
      env: SETTINGS,
      encoding: 'utf8',
    },
  )
  return Number(out.trim().split('\n').at(-1))
}

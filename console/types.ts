import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BASE_PATH } from '../lib/operator/api.ts'
import { ENDPOINTS } from '../lib/operator/endpoints.ts'
import { openApiDocument } from '../lib/operator/openapi.ts'

const FILE = join(import.meta.dirname, 'generated', 'api.ts')

/** Writes down the types of the operator API, unless they are those of the document that it serves. Gives the file's path. */
export async function generateTypes(): Promise<string> {
  const specs = ENDPOINTS.map(({ spec }) => spec)
  const document = JSON.stringify(openApiDocument(specs, BASE_PATH))
  const stamp = `// Of the document ${createHash('sha256').update(document).digest('hex')}\n`
  if (read(FILE)?.startsWith(stamp)) return FILE
  const { default: openapiTypes, astToString } = await import('openapi-typescript')
  const tree = await openapiTypes(document, { defaultNonNullable: false, alphabetize: true })
  mkdirSync(join(FILE, '..'), { recursive: true })
  writeFileSync(FILE, stamp + astToString(tree))
  return FILE
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asObject, asText, isObject, type JsonObject } from './json.ts'
import { UserError } from './log.ts'

export interface Resource {
  Type: string
  Properties?: JsonObject
  Condition?: string
}

export interface Template {
  Resources: Record<string, Resource>
  Parameters?: Record<string, JsonObject>
  Conditions?: JsonObject
  Mappings?: JsonObject
  Outputs?: JsonObject
}

/** One synthesized stack: its template and where the files are that it would have uploaded. */
export interface Assembly {
  stackName: string
  template: Template
  /** From an object key in the bootstrap bucket to a path on this machine. */
  assets: Map<string, string>
}

export function loadAssembly(cdkOut: string): Assembly {
  const manifest = asObject(readJson(join(cdkOut, 'manifest.json')))
  const stacks = Object.entries(asObject(manifest.artifacts))
    .map(([id, artifact]) => ({ id, artifact: asObject(artifact) }))
    .filter(({ artifact }) => artifact.type === 'aws:cloudformation:stack')
  const [stack] = stacks
  if (!stack || stacks.length > 1) {
    const found = stacks.map(({ id }) => id).join(', ') || 'none'
    throw new UserError(`${cdkOut} must hold exactly one stack; found: ${found}`)
  }
  const properties = asObject(stack.artifact.properties)
  const template = readJson(join(cdkOut, asText(properties.templateFile) ?? `${stack.id}.template.json`))
  if (!isTemplate(template)) throw new UserError(`${cdkOut}: the template of ${stack.id} has no resources`)
  return {
    stackName: asText(properties.stackName) ?? stack.id,
    template,
    assets: readAssets(cdkOut, join(cdkOut, `${stack.id}.assets.json`)),
  }
}

const isTemplate = (value: unknown): value is Template => isObject(value) && isObject(value.Resources)

function readAssets(cdkOut: string, manifest: string): Map<string, string> {
  const assets = new Map<string, string>()
  if (!existsSync(manifest)) return assets
  for (const file of Object.values(asObject(asObject(readJson(manifest)).files))) {
    const path = asText(asObject(asObject(file).source).path)
    for (const destination of Object.values(asObject(asObject(file).destinations))) {
      const key = asText(asObject(destination).objectKey)
      if (path && key) assets.set(key, join(cdkOut, path))
    }
  }
  return assets
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UserError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`)
  }
}

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { permissionsOf, permissionsPage } from '../lib/stack/permissions.ts'

const pathOf = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url))

/** Writes docs/permissions.md from the synthesized template. */
const template = JSON.parse(readFileSync(pathOf('cdk.out/Busbar.template.json'), 'utf8'))
const page = pathOf('docs/permissions.md')
writeFileSync(page, permissionsPage(permissionsOf(template)))
process.stdout.write(`${page}\n`)

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildConsole, CONSOLE_DIST, FIRST_LOAD_MAX_BYTES, firstLoadFiles } from '../../console/build.ts'

const SOURCES = join(import.meta.dirname, '..', '..', 'console', 'src')
const BUILD_MILLISECONDS = 120_000

const read = (file: string) => readFileSync(join(CONSOLE_DIST, file), 'utf8')

describe('the built console', () => {
  let firstLoadBytes = 0

  beforeAll(async () => {
    const built = await buildConsole()
    firstLoadBytes = built.firstLoadBytes
  }, BUILD_MILLISECONDS)

  it('loads less than 400 kB, zipped, before it shows a page', () => {
    expect(firstLoadFiles().some((file) => file.endsWith('.js'))).toBe(true)
    expect(firstLoadBytes).toBeGreaterThan(100_000)
    expect(firstLoadBytes).toBeLessThan(FIRST_LOAD_MAX_BYTES)
  })

  it('is not built again from the same sources, which takes less than a second to see', async () => {
    const started = performance.now()
    expect((await buildConsole()).built).toBe(false)
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('loads its pages when they are opened', () => {
    const first = new Set(firstLoadFiles())
    const scripts = readdirSync(join(CONSOLE_DIST, 'assets'))
      .filter((file) => file.endsWith('.js'))
      .map((file) => `assets/${file}`)
    const later = scripts.filter((file) => !first.has(file))
    expect(later.length).toBeGreaterThan(5)
    expect([...first].some((file) => read(file).includes('Connectors by status'))).toBe(false)
    expect(later.some((file) => read(file).includes('Connectors by status'))).toBe(true)
  })

  it('needs nothing inline and nothing from elsewhere, so that a strict policy lets it work', () => {
    const html = read('index.html')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(html).not.toMatch(/<style|\son\w+=|(?:src|href)="(?:https?:)?\/\//)
    const styles = readdirSync(join(CONSOLE_DIST, 'assets')).filter((file) => file.endsWith('.css'))
    expect(styles.length).toBeGreaterThan(0)
    for (const file of styles) {
      expect(read(`assets/${file}`), file).not.toMatch(/url\(["']?(?:data:font|https?:|\/\/)/)
    }
  })
})

describe('the sources of the console', () => {
  const files = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const importsOf = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
      ([, from = '']) => from,
    )

  it('know of the rest of the system by the types of its API alone', () => {
    expect(files.length).toBeGreaterThan(40)
    for (const file of files) {
      const outside = importsOf(file)
        .filter((from) => from.startsWith('.'))
        .map((from) => join(file, '..', from))
        .filter((target) => !target.startsWith(SOURCES))
      expect(
        outside.filter((target) => !target.endsWith('console/generated/api.ts')),
        file,
      ).toEqual([])
    }
  })

  it('take each component by itself, for the pages to be small', () => {
    for (const file of files) expect(importsOf(file), file).not.toContain('@cloudscape-design/components')
  })
})

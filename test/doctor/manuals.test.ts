import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { costTable, loadTable } from '../../bench/cost.ts'
import { measureUnits } from '../../bench/units.ts'
import { CHECKS } from '../../lib/doctor/checks/index.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { SETTINGS } from '../../lib/stack/settings.ts'
import { CDK_OUT } from '../support/system.ts'

const ROOT = new URL('../..', import.meta.url).pathname

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const MANUALS = ['docs/operating.md', 'docs/stations.md']

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
function section(file: string, name: string): string {
  const [, text] = new RegExp(`<!-- ${name} -->\n([^]*?)<!-- /${name} -->`).exec(read(file)) ?? []
  if (text === undefined) throw new Error(`${file} has no section ${name}`)
  return text.trim()
}

const settingsTable = (): string =>
  [
    '| setting | default | takes | |',
    '|---|---|---|---|',
    ...Object.entries(SETTINGS).map(([name, { usual, meaning, must }]) => {
      const shown = typeof usual === 'string' ? usual : `\`${usual}\``
      return `| \`${name}\` | ${shown} | ${must} | ${meaning.replace(/<(\w+)>/g, '*$1*')} |`
    }),
  ].join('\n')

/** As GitHub makes them of headings. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )

/** Thresholds that a reader is told otherwise: a share, and milliseconds. */
const IN_WORDS: Record<number, string> = { 0.25: 'a quarter', 300000: '5 minutes behind' }

describe('the manuals', () => {
  it('list every setting, with its default', () => {
    expect(section('docs/operating.md', 'settings')).toBe(settingsTable())
  })

  it('tell the costs and the load that follow from the measured units', { timeout: 180_000 }, async () => {
    const measured = await measureUnits()
    expect(section('docs/operating.md', 'cost')).toBe(costTable(measured).join('\n'))
    expect(section('docs/operating.md', 'load')).toBe(loadTable(measured).join('\n'))
  })

  it('explain every alarm, when it goes off and what it costs', () => {
    const text = read('docs/operating.md')
    const { Resources } = JSON.parse(readFileSync(join(CDK_OUT, 'Busbar.template.json'), 'utf8'))
    const alarms = Object.entries(Resources as Record<string, { Type: string; Properties: any }>)
      .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
      .map(([id, { Properties }]) => {
        const name = id.replace(/^CsmsOperations/, '').replace(/[0-9A-F]{8}$/, '')
        return {
          name,
          threshold: Number(Properties.Threshold),
          metrics: Properties.Metrics ?? [{ MetricStat: {} }],
        }
      })
    expect(alarms).toHaveLength(10)
    for (const { name, threshold } of alarms) {
      const row = new RegExp(`^\\| [^|]*\\b${name}\\b[^|]*\\| ([^|]*) \\|`, 'm').exec(text)
      const when = IN_WORDS[threshold] ?? String(threshold)
      expect(row?.[1] ?? 'no row', name).toMatch(new RegExp(`\\b${when}\\b`))
    }
    const metrics = alarms.flatMap((each) => each.metrics.filter((of: any) => of.MetricStat)).length
    expect(text).toContain(
      `| ${metrics} metrics of ten alarms at 0.10, ten of an account free | ${((metrics - 10) / 10).toFixed(2)} |`,
    )
  })

  describe.each(MANUALS)('%s', (file) => {
    let text: string
    beforeAll(() => {
      text = read(file)
    })

    it('links to what is there', () => {
      for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
        const [path = '', anchor] = target.split('#')
        const linked = path === '' ? file : join(dirname(file), path)
        expect(existsSync(join(ROOT, linked)), target).toBe(true)
        if (anchor) expect(anchorsOf(linked), target).toContain(anchor)
      }
    })

    it('names operations of the API that there are', () => {
      const known = ENDPOINTS.map(({ spec: { method, path } }) => `${method.toUpperCase()} ${path}`)
      const named = [...text.matchAll(/`(GET|POST|PATCH|DELETE) \/api(\/[^`\s?]*)/g)]
      expect(named.length).toBeGreaterThan(2)
      for (const [, method, path = ''] of named) {
        const pattern = path.replace(/\{\w+\}|CP\d+/g, '{}')
        const anonymous = known.map((each) => each.replace(/\{\w+\}/g, '{}'))
        expect(anonymous).toContain(`${method} ${pattern}`)
      }
    })

    it('runs scripts and gives options that there are', () => {
      const { scripts } = JSON.parse(read('package.json'))
      for (const [, script = ''] of text.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
        expect(Object.keys(scripts)).toContain(script)
      }
      const settings = ['stackName', ...Object.keys(SETTINGS)]
      for (const [, name = ''] of text.matchAll(/-c (\w+)=/g)) expect(settings).toContain(name)
      for (const [, check] of text.matchAll(/--only (\w[\w-]*)/g)) {
        expect(CHECKS.map(({ name }) => name)).toContain(check)
      }
    })
  })
})

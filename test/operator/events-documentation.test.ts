import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EVENT_DATA, EVENTS, type EventType } from '../../lib/operator/events-schemas.ts'

const text = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8')

const exampleIn = (section: string): unknown =>
  JSON.parse(/```json\n([\s\S]*?)```/.exec(section)?.[1] ?? 'null')

describe('docs/events.md', () => {
  const sections = text.split(/^### /m).slice(1)

  it('lists every type of event, and no other', () => {
    const types = sections.map((section) => section.split('\n')[0])
    expect(types).toEqual(Object.keys(EVENT_DATA))
  })

  it.each(sections.map((section) => [section.split('\n')[0] as EventType, section]))(
    'has a valid example of %s',
    (type, section) => {
      const example = exampleIn(section)
      expect(EVENT_DATA[type].parse(example)).toEqual(example)
    },
  )

  it('has a valid example of the envelope', () => {
    EVENTS.ChargePointConnected.parse(exampleIn(text))
  })
})

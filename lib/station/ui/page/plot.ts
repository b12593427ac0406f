import { h, s, set } from './dom.ts'

const WIDTH = 300
const HEIGHT = 64
const SPAN_MS = 120_000
const FOOT = 3

/** Power over the last two minutes. */
export function plot() {
  const samples: { at: number; watts: number }[] = []
  const area = s('path', { class: 'area' })
  const line = s('path', { class: 'line' })
  const svg = s(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
    ...[s('path', { class: 'axis', d: `M 0 ${HEIGHT - FOOT} H ${WIDTH}` }), area, line],
  )
  return {
    element: h('div', { class: 'plot' }, svg),
    add(at: number, watts: number): void {
      const last = samples.at(-1)
      // Steps, not slopes: power changes at once.
      if (last && last.watts !== watts) samples.push({ at, watts: last.watts })
      samples.push({ at, watts })
      while ((samples[1]?.at ?? at) < at - SPAN_MS) samples.shift()
      const most = Math.max(1000, ...samples.map((sample) => sample.watts))
      const points = samples.map((sample) => {
        const x = WIDTH - (Math.min(SPAN_MS, at - sample.at) / SPAN_MS) * WIDTH
        const y = HEIGHT - FOOT - (sample.watts / most) * (HEIGHT - 2 * FOOT)
        return `${x.toFixed(1)} ${y.toFixed(1)}`
      })
      const first = points[0]?.split(' ')[0] ?? '0'
      set(line, 'd', `M ${points.join(' L ')}`)
      set(area, 'd', `M ${first} ${HEIGHT - FOOT} L ${points.join(' L ')} L ${WIDTH} ${HEIGHT - FOOT} Z`)
      const peak = (most / 1000).toFixed(1)
      set(
        svg,
        'aria-label',
        `Power over two minutes: now ${(watts / 1000).toFixed(1)} kW, at most ${peak} kW`,
      )
    },
  }
}

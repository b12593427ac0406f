const WIDTH = 240
const HEIGHT = 44
const MARGIN = 3

/** The course of a figure from zero up, in little space. */
export function Sparkline({ points, label }: { points: readonly number[]; label: string }) {
  const top = Math.max(...points, 1)
  const x = (index: number) => (index / (points.length - 1)) * WIDTH
  const y = (value: number) => HEIGHT - MARGIN - (Math.max(0, value) / top) * (HEIGHT - 2 * MARGIN)
  const line = points.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  return (
    <svg
      className="busbar-sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
      <polyline points={line} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

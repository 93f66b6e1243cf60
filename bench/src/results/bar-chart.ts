/** One bar, and what stands at its end. */
export interface Bar {
  readonly label: string
  readonly value: number
  readonly text: string
  /** Whether it is the gateway's. */
  readonly isOurs: boolean
}

export interface BarChart {
  readonly title: string
  /** What the bars' lengths are, and of what less or more is better. */
  readonly subtitle: string
  readonly bars: readonly Bar[]
}

const [width, labelWidth, textWidth, barHeight, gap, top] = [760, 170, 150, 20, 8, 64] as const

/** Horizontal bars from nothing on, readable on a light page and on a dark one. */
export function barChartSvg({ title, subtitle, bars }: BarChart): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const height = top + bars.length * (barHeight + gap) + gap
  const rows = bars.map(({ label, value, text, isOurs }, index) => {
    const y = top + index * (barHeight + gap)
    const length = Math.max(1, (value / most) * (width - labelWidth - textWidth))
    const middle = y + barHeight * 0.72
    return [
      `<text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" fill="${isOurs ? '#2f6fde' : '#9aa4b2'}"/>`,
      `<text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${escaped(text)}</text>`,
    ].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:16px;font-weight:600}</style>
<text class="title" x="10" y="24">${escaped(title)}</text>
<text x="10" y="46">${escaped(subtitle)}</text>
${rows.join('\n')}
</svg>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

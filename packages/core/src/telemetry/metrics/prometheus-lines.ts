import type { Histogram } from './histogram.ts'

/** The labels of a sample, by name. */
export type Labels = Readonly<Record<string, string>>

/** One figure of a family. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** The figures of one metric, and what it is. */
export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
}

/** Lines of Prometheus' text format, one metric family after another. A family without samples is left out. */
export class PrometheusLines {
  text = ''

  add(family: Family, samples: readonly Sample[]): void {
    if (samples.length === 0) return
    this.head(family)
    for (const { labels, value } of samples) this.line(family.name, labels, value)
  }

  addHistogram(family: Family, spreads: readonly { readonly labels: Labels; readonly histogram: Histogram }[]): void {
    if (spreads.length === 0) return
    this.head(family)
    for (const { labels, histogram } of spreads) {
      let upTo = 0
      for (const [bucket, bound] of histogram.bounds.entries()) {
        upTo += histogram.counts[bucket] ?? 0
        this.line(`${family.name}_bucket`, { ...labels, le: numberText(bound) }, upTo)
      }
      this.line(`${family.name}_bucket`, { ...labels, le: '+Inf' }, histogram.count)
      this.line(`${family.name}_sum`, labels, histogram.sum)
      this.line(`${family.name}_count`, labels, histogram.count)
    }
  }

  private head({ name, type, help }: Family): void {
    this.text += `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`
  }

  private line(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    this.text += `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${numberText(value)}\n`
  }
}

function escaped(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** As Go reads it. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
}

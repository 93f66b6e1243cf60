declare module 'parse-prometheus-text-format' {
  interface ParsedMetric {
    readonly value?: string
    readonly count?: string
    readonly sum?: string
    readonly buckets?: Readonly<Record<string, string>>
    readonly labels?: Readonly<Record<string, string>>
  }
  export default function parse(text: string): readonly {
    readonly name: string
    readonly type: string
    readonly help: string
    readonly metrics: readonly ParsedMetric[]
  }[]
}

import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'

/** Something that somebody is to be woken by. `docs/deploy.md` says of each what to do. */
export interface AlarmRule {
  /** The last part of the alarm's name. */
  readonly name: string
  /** What it means, as it stands in the message. */
  readonly description: string
  readonly metric: IMetric
  /** Beyond it, or below it where `isLeast`. */
  readonly threshold: number
  readonly isLeast?: boolean | undefined
  /** Periods of the metric in a row. Default 1. */
  readonly periods?: number | undefined
  /** Who is told. */
  readonly topic: 'alerts' | 'security'
}

import type { Arrival } from '../http/arrival.ts'
import type { Dialect } from '../script.ts'
import type { World } from '../world.ts'

/** A request to S3, taken apart. */
export interface S3Visit {
  readonly world: World
  readonly dialect: Dialect
  readonly bucket: string
  /** Empty where the bucket itself is asked. */
  readonly key: string
  /** `bucket/key`. */
  readonly name: string
  readonly query: URLSearchParams
  readonly headers: Arrival['headers']
  readonly body: Buffer
}

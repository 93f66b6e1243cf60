import type { Flushable } from '../../flush.ts'
import type { MetricsSnapshot } from './metrics-snapshot.ts'

/** Takes a gateway's metrics elsewhere, from time to time and whenever the gateway is flushed. */
export interface MetricsExporter {
  /** Once for each gateway, when it is made. A flush that is `final` ends it. */
  start(read: () => MetricsSnapshot): Flushable
}

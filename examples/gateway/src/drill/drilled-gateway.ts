import type { ConfiguredKey, RequestRecord } from '@modelgate/core'
import { memoryKeyStore } from '@modelgate/core'
import type { Config } from '../config/config-schema.ts'
import { buildGateway } from '../gateway.ts'
import type { Plan } from '../plan.ts'
import { createAppHandler } from '../server/app-handler.ts'
import { listen } from '../server/listen.ts'
import type { Connected } from './drill-upstreams.ts'

/** What a gateway under drill is to be made of. */
export interface GatewayOrder {
  /** The file's, with what the drill had to change. */
  readonly config: Config
  readonly upstream: Connected
  /** Made for the drill; the file's own keys open nothing here. */
  readonly keys: readonly ConfiguredKey[]
}

/** A gateway under drill, known by its address. */
export interface DrilledGateway extends AsyncDisposable {
  readonly url: string
  /** What it has written to its request log. */
  readonly records: () => readonly RequestRecord[]
}

/** Starts a gateway for one row; a row that finds its breakers open, or its budgets spent, would tell of the row before it. */
export type OpenGateway = (order: GatewayOrder) => Promise<DrilledGateway>

/** The app's own gateway behind the app's own HTTP door, on a free port. Limits are counted in memory, records kept there. */
export function appGateway(plan: Plan): OpenGateway {
  return async ({ config, upstream, keys }) => {
    const records: RequestRecord[] = []
    const gateway = buildGateway(
      { ...plan, config },
      {
        upstream,
        keys: [memoryKeyStore(keys)],
        stores: { async [Symbol.asyncDispose]() {} },
        requestLog: {
          write: record => void records.push(record),
          flush: () => Promise.resolve(),
        },
        // Of breakers that open and upstreams that fail, as they are meant to here.
        warn: () => undefined,
      },
    )
    const server = await listen(createAppHandler(gateway), { host: '127.0.0.1', port: 0 })
    return {
      url: server.url,
      records: () => records,
      async [Symbol.asyncDispose]() {
        await gateway.close({ graceMs: 0 })
        await server.close()
        await upstream.transport.close()
      },
    }
  }
}

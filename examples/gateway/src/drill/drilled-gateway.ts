import type { ConfiguredKey, RequestRecord } from '@modelgate/core'
import { memoryKeyStore } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { appView } from '../app-view.ts'
import { keyAuthentication } from '../authentication.ts'
import type { Config } from '../config/config-schema.ts'
import { buildGateway } from '../gateway.ts'
import type { Plan } from '../plan.ts'
import { createAppDoor } from '../server/app-door.ts'
import { HealthBoard } from '../server/health/health-board.ts'
import { listen } from '../server/listen.ts'
import type { AppTelemetry } from '../telemetry/app-telemetry.ts'
import type { Connected } from './drill-upstreams.ts'

/** What a gateway under drill is to be made of. */
interface GatewayOrder {
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

/** Nothing of a drill is told where real calls are. */
const silent: AppTelemetry = {
  logger: undefined,
  metrics: {},
  telemetry: undefined,
  warn: () => undefined,
  close: () => Promise.resolve(),
}

/** The app's own gateway behind the app's own HTTP door, on a free port. Limits are counted in memory, records kept there. */
export function appGateway(plan: Plan): OpenGateway {
  return async ({ config, upstream, keys }) => {
    const records: RequestRecord[] = []
    const gateway = buildGateway(
      { ...plan, config },
      {
        upstream,
        auth: keyAuthentication([memoryKeyStore(keys)], silent.warn),
        stores: { checks: [], async [Symbol.asyncDispose]() {} },
        telemetry: silent,
        requestLog: {
          write: record => void records.push(record),
          flush: () => Promise.resolve(),
        },
        // Of breakers that open and upstreams that fail, as they are meant to here.
        warn: silent.warn,
      },
    )
    const state = { isDraining: false }
    const door = createAppDoor({
      ...appView(plan, upstream.providers),
      gateway,
      state,
      requestLog: undefined,
      keys: [],
      health: new HealthBoard([], { now: Date.now }),
      onAdminCall: () => undefined,
      onError: () => undefined,
    })
    const server = await listen(toNodeHandler({ door }), { host: '127.0.0.1', port: 0, state })
    return {
      url: server.url,
      records: () => records,
      async [Symbol.asyncDispose]() {
        await gateway.close({ graceMs: 0 })
        await server.close(0)
        await upstream.transport.close()
      },
    }
  }
}

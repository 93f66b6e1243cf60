import { afterAll, beforeAll, describe, it } from 'vitest'
import type { RedisClient } from '../../src/redis.ts'
import { type ManualClock, manualClock } from '../../src/testing/index.ts'
import { type ConnectedClient, redisClients } from './redis-clients.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'

let prefixes = 0

/** A prefix that no other store has: it begins with nothing. */
export function freshPrefix(): string {
  prefixes += 1
  return `test:${prefixes}:`
}

/** A server of the tests that are described beside it: it runs while they do. */
export function redisServer(): { readonly port: number } {
  let server: RedisServer | undefined
  beforeAll(async () => {
    server = await startRedisServer()
  })
  afterAll(() => server?.[Symbol.asyncDispose]())
  return {
    get port() {
      if (!server) throw new Error('The server is up only while tests run.')
      return server.port
    },
  }
}

/** How a store is made of a client. */
export interface StoreParts {
  readonly client: RedisClient
  readonly prefix: string
  readonly now: () => number
}

/** Two stores with one memory, and their clock. */
interface RedisRig<Store> extends AsyncDisposable {
  readonly store: Store
  readonly other: Store
  readonly clock: ManualClock
}

interface RedisCases<Store> {
  readonly server: { readonly port: number }
  readonly makeStore: (parts: StoreParts) => Store
  readonly cases: (
    makeRig: () => RedisRig<Store>,
  ) => readonly { readonly name: string; readonly run: () => Promise<void> }[]
}

/** Runs the cases of a kind of store through each kind of client. */
export function describeThroughClients<Store>({ server, makeStore, cases }: RedisCases<Store>): void {
  describe.each(Object.entries(redisClients))('keeps through %s what every store keeps', (_, connect) => {
    let one: ConnectedClient
    let two: ConnectedClient
    beforeAll(async () => {
      ;[one, two] = await Promise.all([connect(server.port), connect(server.port)])
    })
    afterAll(() => {
      one.close()
      two.close()
    })
    function makeRig(): RedisRig<Store> {
      const clock = manualClock()
      const parts = { prefix: freshPrefix(), now: clock.now }
      return {
        store: makeStore({ ...parts, client: one.client }),
        other: makeStore({ ...parts, client: two.client }),
        clock,
        async [Symbol.asyncDispose]() {},
      }
    }
    for (const { name, run } of cases(makeRig)) it(name, run)
  })
}

/** How often the server was asked each command since its statistics were reset. */
export function commandCounts(info: string): Record<string, number> {
  const lines = info.matchAll(/cmdstat_(\w+):calls=(\d+)/g)
  return Object.fromEntries([...lines].map(([, name, calls]) => [name, Number(calls)]))
}

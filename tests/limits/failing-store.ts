import type { LimitStore } from '@modelgate/core'
import { startRedisServer } from '../../packages/core/test/support/redis-server.ts'
import { DynamodbProxy, type ProxyMode } from './dynamodb-proxy.ts'
import { openStore, type StoreSpec } from './open-store.ts'
import { RedisProxy } from './redis-proxy.ts'
import { startDynalite } from './servers.ts'

/** A store that can be made to fail, and what came to it. */
export interface FailingStore extends AsyncDisposable {
  /** As an instance of its own has it. */
  open(): Promise<LimitStore>
  /** How often it was asked: requests and scripts that came to the server's door, or would have. */
  arrivals(): number
  fail(): void
  mend(): void
}

async function stoppedRedis(): Promise<FailingStore> {
  const open = new AsyncDisposableStack()
  const server = open.use(await startRedisServer())
  const proxy = open.use(await RedisProxy.open(server.port))
  return {
    open: () => opened(open, { kind: 'redis', port: proxy.port }),
    arrivals: () => proxy.arrivals.length,
    fail: () => server.signal('SIGSTOP'),
    mend: () => server.signal('SIGCONT'),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function failingDynamodb(mode: ProxyMode): Promise<FailingStore> {
  const open = new AsyncDisposableStack()
  const { endpoint, tableName } = open.use(await startDynalite())
  const proxy = open.use(await DynamodbProxy.open(endpoint))
  return {
    open: () => opened(open, { kind: 'dynamodb', endpoint: proxy.endpoint, tableName }),
    arrivals: () => proxy.arrivals.length,
    fail: () => {
      proxy.mode = mode
    },
    mend: () => {
      proxy.mode = 'forward'
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function opened(open: AsyncDisposableStack, spec: StoreSpec): Promise<LimitStore> {
  const { store, close } = await openStore(spec)
  open.defer(close)
  // Loading a client's code and connecting takes longer than a gateway gives its store before a call.
  await store.reserve(
    { subject: 'nobody', windows: [{ meter: 'requests', windowMs: 60_000, quota: 1_000 }], tokens: 0 },
    [],
  )
  return store
}

/** What befalls stores, by its name. */
export const failingStores = {
  'Redis that is stopped': stoppedRedis,
  'DynamoDB that throttles': () => failingDynamodb('throttle'),
  'DynamoDB that answers nothing': () => failingDynamodb('hang'),
  'DynamoDB that resets connections': () => failingDynamodb('reset'),
} as const

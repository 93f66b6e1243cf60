export { type RedisCacheStoreOptions, redisCacheStore } from './cache/redis-cache-store.ts'
export {
  type RedisBudgetStore,
  type RedisBudgetStoreOptions,
  redisBudgetStore,
} from './limits/budgets/redis-budget-store.ts'
export { type RedisLimitStoreOptions, redisLimitStore } from './limits/redis-limit-store.ts'
export type { NamedRedisClient, PositionalRedisClient, RedisClient } from './redis/redis-client.ts'

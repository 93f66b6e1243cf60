/** A client with the methods of ioredis and iovalkey, of a single server or of a cluster. */
export interface PositionalRedisClient {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
}

/** A client with the methods of node-redis, of a single server, a pool or a cluster. */
export interface NamedRedisClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/**
 * A client of Redis or Valkey that you have connected: ioredis, iovalkey and node-redis fit as they are. Give it no
 * offline queue, and let it send no command twice: what is given back twice is let in twice.
 */
export type RedisClient = PositionalRedisClient | NamedRedisClient

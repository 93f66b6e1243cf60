import { GatewayError } from '../errors.ts'
import { memberFaults } from '../wire/check-members.ts'

/**
 * Finds what is wrong with the options of a store on Redis before its first call does.
 * @param subject the store, such as `redisLimitStore()`
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function checkRedisOptions(
  options: { readonly client?: unknown } | undefined,
  members: Readonly<Record<string, true>>,
  subject: string,
): void {
  const faults = memberFaults(options, members, subject)
  if (!isClient(options?.client)) {
    faults.push(`${subject.replace('()', '({ client })')} takes a client of ioredis, iovalkey or node-redis.`)
  }
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

function isClient(client: unknown): boolean {
  return typeof client === 'object' && client !== null && ('evalsha' in client || 'evalSha' in client)
}

import type { CallerCredentials } from '../caller-credentials.ts'

/** Under which the state of a target stands for one caller's own credentials: what is wrong with them says nothing of others. */
export function callerKey({ identity }: CallerCredentials, key: string): string {
  return `${identity}#${key}`
}

/** What stands behind the caller in a {@link callerKey}. */
export function withoutCaller(key: string): string {
  return key.slice(key.indexOf('#') + 1)
}

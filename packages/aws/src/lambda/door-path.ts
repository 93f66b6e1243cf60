import type { Door } from '@modelgate/core'
import type { HttpMessage } from './events/http-message.ts'

/** The path as the door knows it: without the API's stage and the prefix the gateway is mounted under; outside of that without its slash. */
export function doorPath({ path, stage }: HttpMessage, basePath: string, door: Pick<Door, 'serves'>): string {
  const whole = without(path, basePath)
  // A stage may be called `v1`, and behind a domain of one's own the path holds no stage: what is served stays as it is.
  if (stage === undefined || door.serves(whole)) return whole
  return without(without(path, `/${stage}`, path), basePath)
}

function without(path: string, prefix: string, otherwise = path.replace(/^\/+/, '')): string {
  if (prefix === '') return path
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : otherwise
}

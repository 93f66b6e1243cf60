import type { Door, DoorRequest, FleetCounters } from '@modelgate/core'
import { RequestAt } from '../server/request-at.ts'

/** OpenAI's paths begin so, and so may the address of an API's stage, which is not in the path of an event. */
const version = '/v1'

/**
 * The app's door as a function serves it. Where the stage of an API has taken the `/v1` off OpenAI's own paths they are served
 * without it, so that the stage's address is a base URL for OpenAI's clients. What all instances count is written after
 * every request: a function is frozen between them, and its timers with it.
 */
export function lambdaDoor(door: Door, fleet: Pick<FleetCounters, 'flush'> | undefined): Door {
  const at = (path: string): string => (!door.serves(path) && door.serves(version + path) ? version + path : path)
  return {
    serves: path => door.serves(at(path)),
    handle(request, sink) {
      const written = fleet ? { ...request, waitUntil: afterwards(request, fleet) } : request
      const path = at(request.path)
      return door.handle(path === request.path ? written : new RequestAt(written, path), sink)
    },
  }
}

/** Only when the call has settled is it counted. */
function afterwards(
  { waitUntil, flushMs: timeoutMs }: DoorRequest,
  fleet: Pick<FleetCounters, 'flush'>,
): DoorRequest['waitUntil'] {
  return waitUntil && (work => waitUntil(work.finally(() => fleet.flush({ timeoutMs }))))
}

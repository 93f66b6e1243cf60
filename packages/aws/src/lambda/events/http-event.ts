import { type AlbEvent, isAlbEvent, readAlbEvent } from './alb-event.ts'
import { type HttpApiEvent, isHttpApiEvent, readHttpApiEvent } from './http-api-event.ts'
import type { HttpMessage } from './http-message.ts'
import { isRestApiEvent, type RestApiEvent, readRestApiEvent } from './rest-api-event.ts'

/** Every event a handler answers. */
export type LambdaHttpEvent = HttpApiEvent | RestApiEvent | AlbEvent

/** An event of a kind that is known, and the request that it is. */
export interface ReadEvent {
  readonly event: LambdaHttpEvent
  readonly message: HttpMessage
}

type EventReader = (event: object) => ReadEvent | undefined

/** One row a kind of event. An event is read by the first that knows it. */
const readers: readonly EventReader[] = [
  event => (isHttpApiEvent(event) ? { event, message: readHttpApiEvent(event) } : undefined),
  event => (isRestApiEvent(event) ? { event, message: readRestApiEvent(event) } : undefined),
  event => (isAlbEvent(event) ? { event, message: readAlbEvent(event) } : undefined),
]

/** The HTTP request an event holds; nothing for an event that holds none, such as a schedule's or a console test's. */
export function readEvent(event: unknown): ReadEvent | undefined {
  if (typeof event !== 'object' || event === null) return undefined
  for (const read of readers) {
    const found = read(event)
    if (found) return found
  }
  return undefined
}

import type { CallerCredentials } from '../caller-credentials.ts'
import type { Principal } from '../principal.ts'
import { awaitBody } from './await-body.ts'
import type { DoorOptions, Ending, Exchange } from './exchange.ts'
import type { AnswerHeaders, DoorRequest, Sink } from './front.ts'
import { type StreamedBody, streamedBody } from './streamed-body.ts'

/** What an exchange begins with. */
type NewExchange = Pick<Exchange, 'door' | 'request' | 'sink' | 'callId' | 'ending'>

/** An exchange as its door fills it in. One object, since a stream keeps it: what closures share would weigh as much again. */
export class DoorExchange implements Exchange {
  readonly door: DoorOptions
  readonly request: DoorRequest
  readonly sink: Sink
  readonly callId: string
  readonly ending: Ending
  readonly headers: AnswerHeaders
  principal: Principal | undefined
  callerCredentials: CallerCredentials | undefined
  onCallerEnd: Exchange['onCallerEnd']
  id = ''
  /** Whether its body was asked for. */
  isRead = false

  constructor({ door, request, sink, callId, ending }: NewExchange) {
    this.door = door
    this.request = request
    this.sink = sink
    this.callId = callId
    this.ending = ending
    this.headers = { 'x-request-id': callId }
    this.principal = undefined
    this.callerCredentials = undefined
    this.onCallerEnd = undefined
  }

  readBody(): Uint8Array | Promise<Uint8Array> {
    this.isRead = true
    const body = this.request.readBody(this.door.maxBodyBytes)
    return body instanceof Uint8Array ? body : awaitBody(body, this.request.controller)
  }

  streamBody(): StreamedBody {
    this.isRead = true
    return streamedBody(this.request, this.door.maxBodyBytes)
  }
}

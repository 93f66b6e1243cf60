import type { AuthRequest } from '../auth/authenticate.ts'
import type { CallController } from '../call-controller.ts'
import type { Principal } from '../principal.ts'

/** A request as every front gives it to the door. */
export interface DoorRequest extends AuthRequest {
  /** Names of headers that came more than once and must not, such as `authorization`. */
  readonly doubled?: readonly string[] | undefined
  /**
   * The host's own login, asked by the door, where what it throws is answered. `undefined` leaves the caller to the gateway's
   * `auth`.
   */
  principal?(): Principal | undefined | PromiseLike<Principal | undefined>
  /** The body, if a parser of the host's has already read it: bytes, text or the parsed object. */
  readonly parsedBody?: unknown
  /**
   * Reads the body, which is the gateway's from then on, to be written over; called after authentication, at most once.
   * The door waits for it for five minutes at most, and no longer than the caller stays.
   * @throws {GatewayError} `request_too_large` past the limit, while reading; `cancelled` when the caller leaves.
   */
  readBody(limitBytes: number): Uint8Array | Promise<Uint8Array>
  /**
   * The body as it comes in, for what must not be kept whole; in place of {@link DoorRequest.readBody}. A reader that leaves leaves the
   * connection usable. Absent where the front has it whole.
   */
  readonly streamBody?: (() => AsyncIterable<Uint8Array>) | undefined
  /** Where what stands before the front lets no larger body through: its bytes, and a clause that says so. */
  readonly bodyCap?: { readonly bytes: number; readonly by: string } | undefined
  /** Made for this request alone. Its front aborts it when the caller leaves, the call when its time is over. */
  readonly controller: CallController
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** Milliseconds that the flush of what was logged and counted may take of `waitUntil`'s time. Default 5,000. */
  readonly flushMs?: number | undefined
}

/** Where a front takes the answer: a head, then writes, then the end. No web stream is paid for by those who need none. */
export interface Sink {
  /** Whether nothing reaches the client before the end: its answer then keeps its true status, and gets no comments. */
  readonly isBuffered?: boolean | undefined
  head(status: number, headers: AnswerHeaders): void
  /** False asks the door to wait for {@link Sink.drained}. */
  write(bytes: Uint8Array): boolean
  /** Resolves when there is room again, or the caller has left. */
  drained(): Promise<void>
  /** A promise where the end goes out later. It rejects where the host's own way of ending throws. */
  end(bytes?: Uint8Array): void | Promise<void>
  /** The same of ASCII, where text is sent at less cost than bytes. */
  endText?(text: string): void | Promise<void>
  /** Closes the connection to a reader that takes nothing. Without it the answer is ended. */
  cut?(error: Error): void
}

/** An answer's headers, by lower-case name. */
export type AnswerHeaders = Record<string, string>

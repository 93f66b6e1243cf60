/**
 * What a stretch of a body is: `start` opens a stream or a part of it (messageStart, the role chunk), `content` carries the answer, `terminal`
 * says how it ended (messageStop, finish_reason) and `trailer` comes after (metadata, usage, `[DONE]`).
 */
export type FrameRole = 'start' | 'content' | 'terminal' | 'trailer'

/** One frame of a body before it is cut into writes. */
export interface Frame {
  readonly role: FrameRole
  readonly bytes: Uint8Array
}

/** One act of an answer. A script that has neither `end`, `cut` nor `reset` leaves the connection open. */
export type Step =
  | { readonly kind: 'head'; readonly overMs?: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | ({ readonly kind: 'frame' } & Frame)
  | { readonly kind: 'repeat'; readonly bytes: Uint8Array; readonly times: number }
  | { readonly kind: 'stall' }
  | { readonly kind: 'end' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'reset' }

/** How response bytes are cut into writes: at random places, frame by frame, byte by byte, or inside each multi-byte character. */
export type Chunking = 'random' | 'whole' | 'bytes' | 'inside-characters'

/** What a status fault says; the dialect fills in what is missing. */
export interface Failure {
  readonly status: number
  readonly type?: string | undefined
  readonly message?: string | undefined
  readonly param?: string | undefined
  readonly code?: string | null | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The id of the rule that was broken. */
  readonly rule?: string | undefined
}

/** How an API words its failures: the one thing that faults need to know of it. */
export interface Dialect {
  /** The answer with a 4xx or 5xx status. */
  failure(failure: Failure): Script
  /** The frame that reports a failure inside a stream whose status was 200; `before` counts the frames before it. */
  exceptionFrame(type: string, message: string, before: number): Uint8Array
  /** A frame of a kind that no client knows yet and must skip. */
  unknownFrame(before: number): Uint8Array
  /** The frame as line noise leaves it. */
  corrupt(frame: Uint8Array): Uint8Array
}

/** An answer as a list of acts. Faults rewrite it, `play` performs it. */
export interface Script {
  readonly dialect: Dialect
  readonly body: 'json' | 'stream'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  /** Overrides the simulator's own way of cutting bytes. */
  readonly chunking?: Chunking | undefined
  /** The id of the rule by which the request was refused. */
  readonly rule?: string | undefined
}

/** Bytes of UTF-8 text. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

/** What a whole-body answer is made of. */
export interface WholeBody {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** An answer with a known length. Its body is two frames, so that a fault can strike between them. */
export function wholeScript(dialect: Dialect, body: WholeBody): Script {
  const bytes = bytesOf(body.text)
  const middle = Math.ceil(bytes.length / 2)
  const halves = [bytes.subarray(0, middle), bytes.subarray(middle)]
  return {
    dialect,
    body: 'json',
    status: body.status,
    headers: { ...body.headers, 'content-length': String(bytes.length) },
    steps: [
      { kind: 'head' },
      ...halves.map(half => ({ kind: 'frame' as const, role: 'content' as const, bytes: half })),
      { kind: 'end' },
    ],
  }
}

/** An answer of frames with no length, status 200. */
export function streamScript(
  dialect: Dialect,
  headers: Readonly<Record<string, string>>,
  frames: readonly Frame[],
): Script {
  return {
    dialect,
    body: 'stream',
    status: 200,
    headers,
    steps: [{ kind: 'head' }, ...frames.map(frame => ({ kind: 'frame' as const, ...frame })), { kind: 'end' }],
  }
}

/** The fields of every fault, by kind. `afterFrames` counts content frames already sent; 0 strikes before the first frame. */
export interface FaultFields {
  /** Answers with this status instead. */
  status: { status: number; errorType?: string; message?: string; headers?: Readonly<Record<string, string>> }
  /** Waits before the head of the answer. */
  delay: { ms: number }
  /** The head comes in pieces, the first at once and the last after `ms`; over HTTP/2, where it is one frame, whole after `ms`. */
  'slow-head': { ms: number }
  /** Head and opening frame at once, the first content after `ms`. */
  'slow-first-content': { ms: number }
  /** Falls silent and keeps the connection open; default after 1 content frame. */
  stall: { afterFrames?: number }
  /** Closes the connection (FIN) after this many bytes of the body. */
  cut: { atByte: number }
  /** Resets the connection, or the HTTP/2 stream; default after 1 content frame. */
  reset: { afterFrames?: number }
  /** The same before any byte of an answer. */
  'reset-before-head': object
  /** Closes the connection (FIN) without a byte of an answer. */
  'close-before-head': object
  /** Closes connections as they are made. There is no request yet: `match` takes `times` alone, and must have it. */
  'close-on-accept': object
  /** Ends the answer cleanly without saying that it ended: no messageStop, finish_reason or `[DONE]`. */
  'end-without-terminal': object
  /** Reports a failure inside the stream, status 200; default as the first frame. */
  exception: { exceptionType: string; message?: string; afterFrames?: number }
  /** Damages the frame that comes after this many content frames (default 1): wrong CRC, or JSON that does not parse. */
  'bad-crc': { afterFrames?: number }
  /** A front end's HTML page instead of JSON; default status 503. */
  html: { status?: number }
  /** Another content type than the body has. */
  'content-type': { value: string }
  /** A redirect that must not be followed; default status 307. */
  redirect: { location: string; status?: number }
  /** Random bytes in the middle of a stream; default after 1 content frame. */
  garbage: { afterFrames?: number }
  /** An event-stream prelude that announces 2 GB; default after 1 content frame. */
  'absurd-length': { afterFrames?: number }
  /** An event of a type nobody knows yet; the answer goes on and must arrive whole. */
  'unknown-event': { afterFrames?: number }
  /** A line of `bytes` bytes (default 100 MB) without an end; default after 1 content frame. */
  'long-line': { bytes?: number; afterFrames?: number }
  /** A body of `bytes` zero bytes (default 200 MB) sent gzipped. */
  'gzip-bomb': { bytes?: number }
  /** One byte a write: every frame, number and UTF-8 sequence is torn. */
  'byte-by-byte': object
  /** Cuts inside every character of several bytes, with time in between: its bytes arrive by several reads. All else is whole. */
  'split-utf8': object
  /** Server-sent events whose lines end in CR LF. */
  crlf: object
  /** Server-sent events whose JSON is spread over several `data:` lines. */
  'multi-line': object
  /** Refuses `stream_options`, as servers do that do not know it; a request without it is answered as ever. */
  'stream-options-refused': object
}

/** The name of a fault. */
export type FaultKind = keyof FaultFields

/** A fault of one kind. */
export type FaultOf<K extends FaultKind> = { readonly kind: K } & Readonly<FaultFields[K]>

/** What goes wrong. */
export type Fault = { [K in FaultKind]: FaultOf<K> }[FaultKind]

/** Which requests a fault strikes; every member that is given must hold. */
export interface FaultMatch {
  /** The model id as asked for. */
  readonly model?: string | undefined
  /** As in a recorded request: `converse`, `chat`… */
  readonly operation?: string | undefined
  /** How many requests it strikes before it is used up; default all. */
  readonly times?: number | undefined
}

/** A fault and whom it strikes. The first rule that matches and is not used up wins. */
export interface FaultRule {
  readonly match?: FaultMatch | undefined
  readonly fault: Fault
}

import { gzipSync } from 'node:zlib'
import { pick } from '../json.ts'
import { bytesOf, type Script, type Step, wholeScript } from '../script.ts'
import type { Fault, FaultFields, FaultKind, FaultOf } from './fault.ts'
import { afterContent, frameOf, mapFrames, splitAtByte } from './steps.ts'

/** The JSON type of a fault's field; `?` marks those that may be absent. */
export type FieldType = 'integer' | 'integer?' | 'string' | 'string?' | 'headers?'

/** What a fault may look at of the request that it strikes. */
export interface StruckRequest {
  /** Parsed; undefined when it is no JSON. */
  readonly body: unknown
}

/** One kind of fault: its fields and what it does to an answer. */
export interface FaultRow<K extends FaultKind> {
  readonly fields: { readonly [F in keyof FaultFields[K]]-?: FieldType }
  /** `connection`: strikes as one is made, before there is a request or an answer. Default `answer`. */
  readonly strikes?: 'answer' | 'connection'
  readonly rewrite: (script: Script, fault: FaultOf<K>, request: StruckRequest) => Script
}

const stop = (script: Script, afterFrames: number | undefined, last: readonly Step[]): Script => ({
  ...script,
  steps: [...afterContent(script, afterFrames ?? 1).before, ...last],
})
const insert = (script: Script, afterFrames: number | undefined, extra: readonly Step[]): Script => {
  const { before, after } = afterContent(script, afterFrames ?? 1)
  return { ...withoutLength(script), steps: [...before, ...extra, ...after] }
}
const framesBefore = (script: Script, afterFrames: number): number =>
  afterContent(script, afterFrames).before.filter(step => step.kind === 'frame').length
/** What an in-stream exception is called by status where no stream is open yet. */
const EXCEPTION_STATUS: Readonly<Record<string, number>> = {
  throttlingException: 429,
  rate_limit_exceeded: 429,
  invalid_request_error: 400,
  validationException: 400,
  modelTimeoutException: 408,
  modelStreamErrorException: 424,
  serviceUnavailableException: 503,
}
const MEGABYTE = 1_000_000
const noise = Uint8Array.from({ length: 64 }, (_none, index) => (index * 151 + 89) % 256)
const absurdPrelude = Uint8Array.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 4, 0, 0, 0, 0])

/** Every fault the simulator knows. A new one is one row here and one member of `FaultFields`. */
export const FAULTS: { readonly [K in FaultKind]: FaultRow<K> } = {
  status: {
    fields: { status: 'integer', errorType: 'string?', message: 'string?', headers: 'headers?' },
    rewrite: ({ dialect }, { status, errorType, message, headers }) =>
      dialect.failure({ status, type: errorType, message, headers }),
  },
  delay: {
    fields: { ms: 'integer' },
    rewrite: (script, { ms }) => ({ ...script, steps: [{ kind: 'wait', ms }, ...script.steps] }),
  },
  'slow-head': {
    fields: { ms: 'integer' },
    rewrite: (script, { ms }) => ({
      ...script,
      steps: script.steps.map(step => (step.kind === 'head' ? { ...step, overMs: ms } : step)),
    }),
  },
  'slow-first-content': {
    fields: { ms: 'integer' },
    rewrite: (script, { ms }) => {
      const first = script.steps.findIndex(step => step.kind === 'frame' && step.role === 'content')
      const at = first < 0 ? script.steps.length : first
      return { ...script, steps: script.steps.toSpliced(at, 0, { kind: 'wait', ms }) }
    },
  },
  stall: {
    fields: { afterFrames: 'integer?' },
    rewrite: (script, { afterFrames }) => stop(script, afterFrames, [{ kind: 'stall' }]),
  },
  cut: {
    fields: { atByte: 'integer' },
    rewrite: (script, { atByte }) => ({ ...script, steps: [...splitAtByte(script.steps, atByte), { kind: 'cut' }] }),
  },
  reset: {
    fields: { afterFrames: 'integer?' },
    rewrite: (script, { afterFrames }) => stop(script, afterFrames, [{ kind: 'reset' }]),
  },
  'reset-before-head': { fields: {}, rewrite: script => ({ ...script, steps: [{ kind: 'reset' }] }) },
  'close-before-head': { fields: {}, rewrite: script => ({ ...script, steps: [{ kind: 'cut' }] }) },
  'close-on-accept': { fields: {}, strikes: 'connection', rewrite: script => script },
  'end-without-terminal': {
    fields: {},
    rewrite: script => ({
      ...script,
      steps: script.steps.filter(
        step => step.kind !== 'frame' || (step.role !== 'terminal' && step.role !== 'trailer'),
      ),
    }),
  },
  exception: {
    fields: { exceptionType: 'string', message: 'string?', afterFrames: 'integer?' },
    rewrite: (script, { exceptionType, message, afterFrames }) => {
      if (script.body === 'json')
        return script.dialect.failure({
          status: EXCEPTION_STATUS[exceptionType] ?? 500,
          // AWS writes a member's name small and its shape's large; OpenAI's types have but one form.
          type: exceptionType.replace(/^.(?=.*Exception$)/, first => first.toUpperCase()),
          message,
        })
      const before = framesBefore(script, afterFrames ?? 0)
      const bytes = script.dialect.exceptionFrame(exceptionType, message ?? 'Simulated failure.', before)
      return stop(script, afterFrames ?? 0, [frameOf(bytes), { kind: 'end' }])
    },
  },
  'bad-crc': {
    fields: { afterFrames: 'integer?' },
    rewrite: (script, { afterFrames }) => {
      const { before, after } = afterContent(script, afterFrames ?? 1)
      const hit = after.findIndex(step => step.kind === 'frame')
      const corrupt = (bytes: Uint8Array) => (script.body === 'json' ? nulAtEnd(bytes) : script.dialect.corrupt(bytes))
      const damage = (step: Step, index: number): Step =>
        index === hit && step.kind === 'frame' ? { ...step, bytes: corrupt(step.bytes) } : step
      return { ...script, steps: [...before, ...after.map(damage)] }
    },
  },
  html: {
    fields: { status: 'integer?' },
    rewrite: ({ dialect }, { status }) => {
      const text = '<html><head><title>Service Unavailable</title></head><body><h1>Oops.</h1></body></html>'
      return wholeScript(dialect, { status: status ?? 503, headers: { 'content-type': 'text/html' }, text })
    },
  },
  'content-type': {
    fields: { value: 'string' },
    rewrite: (script, { value }) => ({ ...script, headers: { ...script.headers, 'content-type': value } }),
  },
  redirect: {
    fields: { location: 'string', status: 'integer?' },
    rewrite: ({ dialect }, { location, status }) =>
      wholeScript(dialect, { status: status ?? 307, headers: { location }, text: '' }),
  },
  garbage: {
    fields: { afterFrames: 'integer?' },
    rewrite: (script, { afterFrames }) => insert(script, afterFrames, [frameOf(noise)]),
  },
  'absurd-length': {
    fields: { afterFrames: 'integer?' },
    rewrite: (script, { afterFrames }) => insert(script, afterFrames, [frameOf(absurdPrelude)]),
  },
  'unknown-event': {
    fields: { afterFrames: 'integer?' },
    rewrite: (script, { afterFrames }) => {
      if (script.body === 'json') return script
      return insert(script, afterFrames, [frameOf(script.dialect.unknownFrame(framesBefore(script, afterFrames ?? 1)))])
    },
  },
  'long-line': {
    fields: { bytes: 'integer?', afterFrames: 'integer?' },
    rewrite: (script, { bytes = 100 * MEGABYTE, afterFrames }) => {
      const piece = new Uint8Array(Math.min(bytes, MEGABYTE)).fill(0x61)
      const times = Math.ceil(bytes / MEGABYTE)
      return insert(script, afterFrames, [frameOf(bytesOf('data: ')), { kind: 'repeat', bytes: piece, times }])
    },
  },
  'gzip-bomb': {
    fields: { bytes: 'integer?' },
    rewrite: (script, { bytes = 200 * MEGABYTE }) => ({
      ...withoutLength(script),
      headers: { ...withoutLength(script).headers, 'content-encoding': 'gzip' },
      steps: [
        { kind: 'head' },
        // A gzip body may be many members in a row: one small member repeated inflates without end.
        { kind: 'repeat', bytes: gzipSync(new Uint8Array(MEGABYTE)), times: Math.ceil(bytes / MEGABYTE) },
        { kind: 'end' },
      ],
    }),
  },
  'byte-by-byte': { fields: {}, rewrite: script => ({ ...script, chunking: 'bytes' }) },
  'split-utf8': { fields: {}, rewrite: script => ({ ...script, chunking: 'inside-characters' }) },
  crlf: { fields: {}, rewrite: script => mapFrames(script, text => text.replaceAll('\n', '\r\n')) },
  'multi-line': {
    fields: {},
    rewrite: script =>
      mapFrames(script, text => text.replace(/^data: (\{.*\})$/gm, (_line, json: string) => spread(json))),
  },
  'stream-options-refused': {
    fields: {},
    rewrite: (script, _fault, { body }) => {
      if (pick(body, 'stream_options') === undefined) return script
      const [param, code] = ['stream_options', 'unknown_parameter']
      return script.dialect.failure({ status: 400, message: `Unknown parameter: '${param}'.`, param, code })
    },
  },
}

/** Lets a fault of any kind have its way with an answer. */
export function applyFault<K extends FaultKind>(
  script: Script,
  fault: Fault & { readonly kind: K },
  request: StruckRequest,
): Script {
  const row: FaultRow<K> = FAULTS[fault.kind]
  return row.rewrite(script, fault as FaultOf<K>, request)
}

/** Whether a fault strikes connections rather than answers. */
export function strikesConnections({ kind }: Fault): boolean {
  return FAULTS[kind].strikes === 'connection'
}

/** A control character is valid nowhere in JSON, so that it never parses, and the body's length stays true. */
function nulAtEnd(bytes: Uint8Array): Uint8Array {
  const damaged = Uint8Array.from(bytes)
  damaged[damaged.length - 1] = 0
  return damaged
}

function withoutLength(script: Script): Script {
  const { 'content-length': _length, ...headers } = script.headers
  return { ...script, headers }
}

function spread(json: string): string {
  const lines = JSON.stringify(JSON.parse(json), undefined, 1).split('\n')
  return lines.map(line => `data: ${line}`).join('\n')
}

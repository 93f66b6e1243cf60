import type { Cell, Lane } from './cell.ts'
import {
  answered,
  anywhere,
  atFault,
  badResponse,
  beforeContent,
  broken,
  failed,
  interrupted,
  noFirstFrame,
  notNow,
  outOfOrder,
  outOfTime,
  silent,
  throttled,
  unharmed,
} from './failures.ts'
import type { Expected, Failure, FaultTable, Lacking, Strike, StruckForm } from './fault-row.ts'

/** At the first frame, or after some that a client has seen. In a whole answer it is after the first half. */
const framesAt = ({ moment }: Cell): number => (moment === 'after content' ? 3 : moment === 'before content' ? 0 : 1)

type AtFrame = 'stall' | 'reset' | 'bad-crc' | 'garbage' | 'absurd-length' | 'unknown-event'
const atFrame =
  (kind: AtFrame) =>
  (cell: Cell): Strike => ({ fault: { kind, afterFrames: framesAt(cell) } })

const everywhere = (name: string, kind: AtFrame, failure: Failure): StruckForm => ({
  name,
  strike: atFrame(kind),
  expects: anywhere(failure),
})
const allAlong = (name: string, kind: 'split-utf8' | 'crlf' | 'multi-line'): StruckForm => ({
  name,
  strike: { fault: { kind } },
  expects: { ...unharmed, 'after content': { lacks: 'it is so all along: the stream before it is told to its end' } },
})

const fewFrames: Lacking = { lacks: 'the answer is whole by then: its length says so' }
const headOnly: Lacking = { lacks: 'it is said in the head of an answer, before any content' }

/** What each upstream calls its failures inside a stream. */
const exception = (names: Readonly<Record<Lane, string>>, before: Failure): StruckForm => ({
  name: `${names.Bedrock} or ${names.OpenAI}`,
  strike: cell => ({
    fault: {
      kind: 'exception',
      exceptionType: names[cell.lane],
      message: 'Too many of them, please wait.',
      afterFrames: framesAt(cell),
    },
  }),
  expects: anywhere(before),
})

const hanging = (name: string, strike: StruckForm['strike'], after: Expected | Lacking): StruckForm => ({
  name,
  strike,
  hangs: true,
  expects: { 'whole answer': failed(outOfTime), 'before content': failed(noFirstFrame), 'after content': after },
})

const page = (status: number, failure: Failure): StruckForm => ({
  name: `with status ${status}`,
  strike: { fault: { kind: 'html', status } },
  expects: { ...beforeContent(failure), 'after content': headOnly },
})

/** What becomes of an answer that has begun. */
export const streamRows = {
  'a head or a first token is late': {
    forms: [
      hanging('no head', { fault: { kind: 'delay', ms: 3_600_000 } }, headOnly),
      hanging('half a head', { fault: { kind: 'slow-head', ms: 3_600_000 } }, headOnly),
      hanging(
        'a head and no content',
        { fault: { kind: 'slow-first-content', ms: 3_600_000 } },
        {
          lacks: 'what comes late is the first content itself',
        },
      ),
    ],
  },
  'an answer stops and stays open': { forms: [hanging('mid-way', atFrame('stall'), broken(silent))] },
  'an answer ends before its end': {
    forms: [
      everywhere('reset', 'reset', interrupted),
      {
        name: 'closed inside a frame',
        strike: ({ moment, lane }) => ({
          fault: {
            kind: 'cut',
            atByte:
              moment === 'after content' ? (lane === 'OpenAI' ? 2_000 : 1_000) : moment === 'before content' ? 20 : 200,
          },
        }),
        expects: anywhere(interrupted),
      },
      {
        name: 'closed in good form, without its last event',
        strike: { fault: { kind: 'end-without-terminal' } },
        expects: {
          'whole answer': fewFrames,
          'before content': { lacks: 'all of the content comes before the end that is missing' },
          'after content': broken(interrupted),
        },
      },
    ],
  },
  'a frame is damaged': {
    forms: [
      {
        name: 'its checksum, or its JSON',
        strike: atFrame('bad-crc'),
        expects: anywhere(badResponse),
      },
      everywhere('noise between frames', 'garbage', badResponse),
      everywhere('a length of 2 GB', 'absurd-length', badResponse),
    ],
  },
  'a frame tells of a failure': {
    forms: [
      exception({ Bedrock: 'throttlingException', OpenAI: 'rate_limit_exceeded' }, throttled(1_000, /^1$/)),
      exception({ Bedrock: 'internalServerException', OpenAI: 'server_error' }, outOfOrder),
      exception(
        { Bedrock: 'validationException', OpenAI: 'invalid_request_error' },
        atFault(400, 'invalid_request', /please wait/),
      ),
    ],
  },
  'a frame is of a kind that is not known': {
    forms: [{ name: 'in good form', strike: atFrame('unknown-event'), expects: unharmed }],
  },
  'an answer is no JSON, or says that it is another thing': {
    forms: [
      page(200, badResponse),
      page(500, outOfOrder),
      page(503, notNow),
      {
        name: 'a good answer that calls itself a page',
        strike: { fault: { kind: 'content-type', value: 'text/html' } },
        expects: {
          'whole answer': answered,
          // What parses is right, whatever it is called. A stream is not parsed before it is passed on; Bedrock's is.
          'before content': lane => (lane === 'Bedrock' ? answered : failed(badResponse)),
          'after content': headOnly,
        },
      },
    ],
  },
  'an answer comes in odd pieces': {
    forms: [
      allAlong('cut inside characters', 'split-utf8'),
      allAlong('lines that end in CR LF', 'crlf'),
      allAlong('an event over several lines', 'multi-line'),
    ],
  },
  'an answer is far too large': {
    forms: [
      {
        name: 'a line without an end',
        strike: cell => ({
          fault: {
            kind: 'long-line',
            bytes: 17_000_000,
            afterFrames: framesAt(cell),
          },
        }),
        expects: {
          ...anywhere(badResponse),
          'whole answer': { lacks: 'it has no lines, only a size: the bomb below is too large' },
        },
      },
      {
        name: 'a compressed bomb',
        strike: { fault: { kind: 'gzip-bomb', bytes: 5_000_000 } },
        expects: { ...beforeContent(badResponse), 'after content': headOnly },
      },
    ],
  },
  'an answer leads elsewhere': {
    forms: [
      {
        // Relative, so that whoever follows it is seen as a second request.
        name: 'a redirect',
        strike: { fault: { kind: 'redirect', location: '/v1/models' } },
        expects: { ...beforeContent(badResponse), 'after content': headOnly },
      },
    ],
  },
} satisfies FaultTable

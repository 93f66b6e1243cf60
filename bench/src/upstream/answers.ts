import { crc32 } from 'node:zlib'

/** What the upstreams of the bench answer, by lane, as bytes made once. */
export type Lane = 'openai' | 'bedrock'

/** Frames of content in every stream. `BENCH_FRAMES=1000` tells what a frame costs from what its call does. */
export const framesPerStream = Number(process.env.BENCH_FRAMES ?? 100)

/**
 * A frame's place for the time it was written: 16 digits of `process.hrtime` in nanoseconds between two signs. All processes of one
 * machine share that clock, so that whoever reads the frame knows how long it took, and frames are counted by it.
 */
export const stampSign = '@'
export const stampDigits = 16
const blankStamp = `${stampSign}${'0'.repeat(stampDigits)}${stampSign}`

/** Bedrock sends one with each answer. An adapter that takes it for its own answer's id is spared to make one up. */
export const requestIdHeader = { name: 'x-amzn-requestid', value: '7f1b3c52-94d0-4b8e-a6a5-2d0c1e9f8b47' } as const

export const completions: Readonly<Record<Lane, string>> = {
  openai: JSON.stringify({
    id: 'chatcmpl-CdWq8Zp3Yk1mXo7Rt5Vb2Nc9Lh4Ge',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'All is well here. '.repeat(30), refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 212,
      completion_tokens: 151,
      total_tokens: 363,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: 'default',
    system_fingerprint: 'fp_44added55e',
  }),
  bedrock: JSON.stringify({
    metrics: { latencyMs: 812 },
    output: { message: { content: [{ text: 'All is well here. '.repeat(30) }], role: 'assistant' } },
    stopReason: 'end_turn',
    usage: { inputTokens: 212, outputTokens: 151, serverToolUsage: {}, totalTokens: 363 },
  }),
}

/** What one of these is answered with holds so many vectors, as long as those of the models that are asked. */
const vectors = 96
const dimensions: Readonly<Record<Lane, number>> = { openai: 1_536, bedrock: 1_024 }

/** OpenAI's in base64, as it was asked; Cohere's as numbers. */
export function embeddings(lane: Lane): string {
  const vector = Float32Array.from({ length: dimensions[lane] }, (_value, index) => Math.sin(index) / 32)
  const all = Array.from({ length: vectors }, (_vector, index) => index)
  if (lane === 'bedrock') {
    return JSON.stringify({
      id: 'bench',
      texts: [],
      embeddings: { float: all.map(() => Array.from(vector)) },
      response_type: 'embeddings_by_type',
    })
  }
  const embedding = Buffer.from(vector.buffer).toString('base64')
  return JSON.stringify({
    object: 'list',
    data: all.map(index => ({ object: 'embedding', index, embedding })),
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 2_304, total_tokens: 2_304 },
  })
}

/** One stream: what comes before its content, one frame of content, what ends it. */
export interface StreamAnswer {
  readonly contentType: string
  readonly head: readonly Buffer[]
  /** With a blank stamp. */
  readonly frame: Buffer
  readonly tail: readonly Buffer[]
  /** Puts a time into a copy of the frame and makes it whole again. */
  stamped(time: bigint): Buffer
}

export const streams: Readonly<Record<Lane, StreamAnswer>> = { openai: openaiStream(), bedrock: bedrockStream() }

function openaiStream(): StreamAnswer {
  const event = (choices: object[], more: object = {}): Buffer => {
    const chunk = {
      id: 'chatcmpl-CdWq8Zp3Yk1mXo7Rt5Vb2Nc9Lh4Ge',
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'default',
      system_fingerprint: 'fp_44added55e',
      choices,
      usage: null,
      ...more,
    }
    return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`)
  }
  const delta = (content: object, finish_reason: string | null = null): Buffer =>
    event([{ index: 0, delta: content, logprobs: null, finish_reason }])
  const usage = { prompt_tokens: 212, completion_tokens: 100, total_tokens: 312 }
  const frame = delta({ content: ` ${blankStamp}` })
  return {
    contentType: 'text/event-stream; charset=utf-8',
    head: [delta({ role: 'assistant', content: '', refusal: null })],
    frame,
    tail: [delta({}, 'stop'), event([], { usage }), Buffer.from('data: [DONE]\n\n')],
    stamped: time => withStamp(frame, time),
  }
}

function bedrockStream(): StreamAnswer {
  const contentBlockIndex = 0
  const delta = { text: ` ${blankStamp}` }
  const frame = eventFrame('contentBlockDelta', { contentBlockIndex, delta, p: 'abcdefghijklm' })
  return {
    contentType: 'application/vnd.amazon.eventstream',
    head: [eventFrame('messageStart', { role: 'assistant', p: 'abcdefghi' })],
    frame,
    tail: [
      eventFrame('contentBlockStop', { contentBlockIndex, p: 'abcdefghijklm' }),
      eventFrame('messageStop', { stopReason: 'end_turn', p: 'abcdefghijklmnop' }),
      eventFrame('metadata', {
        metrics: { latencyMs: 812 },
        usage: { inputTokens: 212, outputTokens: 100, totalTokens: 312 },
        p: 'abc',
      }),
    ],
    stamped(time) {
      const copy = withStamp(frame, time)
      copy.writeUInt32BE(crc32(copy.subarray(0, -4)), copy.length - 4)
      return copy
    },
  }
}

function withStamp(frame: Buffer, time: bigint): Buffer {
  const copy = Buffer.from(frame)
  copy.write(String(time).padStart(stampDigits, '0'), copy.indexOf(stampSign) + 1, 'latin1')
  return copy
}

/** @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream */
function eventFrame(type: string, payload: object): Buffer {
  const headers = Buffer.concat(
    Object.entries({
      ':event-type': type,
      ':content-type': 'application/json',
      ':message-type': 'event',
    }).map(([name, value]) => {
      const start = Buffer.from([name.length, ...Buffer.from(name), 7, 0, value.length])
      return Buffer.concat([start, Buffer.from(value)])
    }),
  )
  const body = Buffer.from(JSON.stringify(payload))
  const frame = Buffer.alloc(16 + headers.length + body.length)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(headers.length, 4)
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8)
  headers.copy(frame, 12)
  body.copy(frame, 12 + headers.length)
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4)
  return frame
}

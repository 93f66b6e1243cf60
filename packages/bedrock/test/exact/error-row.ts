import { type ErrorCode, type GatewayError, isGatewayError } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aChat, chunksOf } from '../a-call.ts'
import { joined } from '../frames.ts'
import { type Reply, type ScriptedUpstream, scriptedUpstream } from './scripted-upstream.ts'

/** What Bedrock reports, and what the client is told. */
export interface ErrorRow {
  /** A sentence of behaviour. */
  readonly it: string
  /** An answer instead of a completion and of a stream. */
  readonly answers?: Reply
  /** Where it is one of the two alone. */
  readonly only?: 'whole' | 'streamed'
  /** Frames inside a stream that began with status 200. */
  readonly frames?: readonly Uint8Array[]
  readonly is: {
    readonly code: ErrorCode
    readonly status: number
    readonly retryable: boolean
    readonly retryAfterMs?: number
  }
  /** `type` of the body that the client reads. Default what the code has elsewhere. */
  readonly type?: string
  /** What the client's message must and must not say. */
  readonly says?: RegExp
  readonly hides?: RegExp
}

/** An error as AWS writes it: the name in a header, the message in JSON. */
export function refusal(status: number, errorType: string, message: string): Reply {
  return { status, headers: { 'x-amzn-errortype': errorType }, body: JSON.stringify({ message }) }
}

/** Each row over a real socket: whole and streamed, or inside a stream. */
export function errorRows(title: string, rows: readonly ErrorRow[]): void {
  describe(title, () => {
    let upstream: ScriptedUpstream
    beforeAll(async () => {
      upstream = await scriptedUpstream()
    })
    afterAll(() => upstream[Symbol.asyncDispose]())

    it.each(rows.map(row => [row.it, row] as const))('%s', async (_name, row) => {
      if (row.answers) {
        if (row.only !== 'streamed') check(row, await failureOf(upstream, row.answers, false))
        if (row.only !== 'whole') check(row, await failureOf(upstream, row.answers, true))
      }
      if (row.frames) check(row, await failureOf(upstream, { body: joined(row.frames) }, true))
    })
  })
}

async function failureOf(upstream: ScriptedUpstream, reply: Reply, stream: boolean): Promise<GatewayError> {
  try {
    const result = await upstream.chat(aChat({ stream }), reply)
    if (result.kind === 'stream') await chunksOf(result)
  } catch (error) {
    if (isGatewayError(error)) return error
    throw error
  }
  throw new Error('expected a failure')
}

function check({ is, type, says, hides }: ErrorRow, error: GatewayError): void {
  expect(error).toMatchObject(is)
  const body = error.toBody().error
  expect(body).toMatchObject({ code: is.code, ...(type && { type }) })
  if (says) expect(body.message).toMatch(says)
  if (hides) expect(body.message).not.toMatch(hides)
}

import { isGatewayError } from '@modelgate/core'
import type { RecordedRequest } from '@modelgate/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BedrockChatRequest, BedrockOptions } from '../../src/index.ts'
import { aChat, aRig, chunksOf, type Rig } from '../a-call.ts'

/** One request, and what of it must reach Bedrock, or why it must not. */
export interface RequestRow {
  /** A sentence of behaviour. */
  readonly it: string
  /** Without a model it goes to Claude 3.5 Haiku, without messages it says hello. */
  readonly request: Partial<BedrockChatRequest>
  readonly options?: BedrockOptions<string>
  /** Members that the upstream's body must have; arrays are compared whole. */
  readonly sends?: Readonly<Record<string, unknown>>
  /** Members that the upstream's body must not have, as `inferenceConfig.topP`. */
  readonly omits?: readonly string[]
  /** Names of dropped parameters, all of them. Default none. */
  readonly drops?: readonly string[]
  /** Upstream operations, in order. Default one, `converse` or `converse-stream` by the request's `stream`. */
  readonly operations?: readonly string[]
  /** The param that a 400 names; then nothing may have gone upstream. */
  readonly refuses?: { readonly param: string; readonly says: RegExp }
}

/** Each row over real sockets against the simulator, which refuses what Bedrock would refuse. */
export function requestRows(title: string, rows: readonly RequestRow[]): void {
  describe(title, () => {
    let shared: Rig
    beforeAll(async () => {
      shared = await aRig()
    })
    beforeEach(() => shared.simulator.reset())
    afterAll(() => shared[Symbol.asyncDispose]())

    it.each(rows.map(row => [row.it, row] as const))('%s', async (_name, row) => {
      if (!row.options) return check(row, shared)
      await using own = await aRig(row.options)
      await check(row, own)
    })
  })
}

async function check(row: RequestRow, rig: Rig): Promise<void> {
  const call = aChat(row.request)
  const before = structuredClone(call.request)
  const error = await make(call, rig)
  const sent = rig.simulator.requests()
  expect(call.request, 'the request is the caller’s own').toEqual(before)
  if (row.refuses) {
    if (!isGatewayError(error)) throw error ?? new Error('expected a refusal, got an answer')
    expect({ code: error.code, param: error.param, message: error.message }).toEqual({
      code: 'invalid_request',
      param: row.refuses.param,
      message: expect.stringMatching(row.refuses.says) as string,
    })
    expect(sent).toHaveLength(0)
    return
  }
  if (error !== undefined) throw error
  const operation = row.request.stream ? 'converse-stream' : 'converse'
  expect(sent.map(request => request.operation)).toEqual(row.operations ?? [operation])
  expect([...call.context.droppedParams].sort()).toEqual([...(row.drops ?? [])].sort())
  for (const request of sent) checkSent(row, request)
}

async function make(call: ReturnType<typeof aChat>, rig: Rig): Promise<unknown> {
  try {
    const result = await rig.chat(call)
    if (result.kind === 'stream') await chunksOf(result)
    return undefined
  } catch (error) {
    return error
  }
}

function checkSent(row: RequestRow, { json }: RecordedRequest): void {
  if (row.sends) expect(json).toMatchObject(row.sends)
  for (const path of row.omits ?? []) expect(json).not.toHaveProperty(path)
}

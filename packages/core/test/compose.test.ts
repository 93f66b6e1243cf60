import { describe, expect, it } from 'vitest'
import { type AnyHandler, compose, forChat } from '../src/compose.ts'
import type { Call, Middleware, Operation, Result } from '../src/contract.ts'
import { createCall } from '../src/create-call.ts'
import { chatCall, rejection } from './support/calls.ts'

function traced(name: string, trace: string[]): Middleware {
  return async (call, next) => {
    trace.push(`${name} in`)
    const result = await next(call)
    trace.push(`${name} out`)
    return result
  }
}

const answer = { kind: 'completion' } as Result<'chat'>
const endsWith =
  (trace: string[]): AnyHandler =>
  async <O extends Operation>(call: Call<O>) => {
    trace.push(`handler ${call.operation}`)
    return answer as Result<Operation> as Result<O>
  }

const embeddings = createCall<'embeddings'>({
  operation: 'embeddings',
  request: { model: 'embed', input: 'x' },
  origin: 'process',
  deadlineMs: 1,
})

describe('compose', () => {
  it('runs the layers from the first, outermost, to the handler and back', async () => {
    const trace: string[] = []
    const handle = compose([traced('a', trace), traced('b', trace)], endsWith(trace))
    expect(await handle(chatCall())).toBe(answer)
    expect(trace).toEqual(['a in', 'b in', 'handler chat', 'b out', 'a out'])
  })

  it('is the handler itself without layers', () => {
    const handler = endsWith([])
    expect(compose([], handler)).toBe(handler)
  })

  it('gives the layers below the copy that a layer passed on', async () => {
    let seen: Call | undefined
    const renamed: Middleware = (call, next) => next({ ...call, request: { ...call.request, model: 'other' } })
    await compose([renamed], call => {
      seen = call
      return Promise.resolve(answer as never)
    })(chatCall({ model: 'fast' }))
    expect(seen?.request.model).toBe('other')
  })

  it('lets a layer answer by itself', async () => {
    const trace: string[] = []
    const cached: Middleware = () => Promise.resolve(answer as never)
    await compose([traced('a', trace), cached], endsWith(trace))(chatCall())
    expect(trace).toEqual(['a in', 'a out'])
  })

  it('carries an error of the handler outwards through every layer', async () => {
    const fault = new Error('x')
    const seen: unknown[] = []
    const watching: Middleware = async (call, next) => {
      try {
        return await next(call)
      } catch (error) {
        seen.push(error)
        throw error
      }
    }
    expect(await rejection(compose([watching, watching], () => Promise.reject(fault))(chatCall()))).toBe(fault)
    expect(seen).toEqual([fault, fault])
  })
})

describe('forChat', () => {
  it('shows a chat to the layer, and lets any other operation pass it by', async () => {
    const trace: string[] = []
    const layer = forChat((call, next) => {
      trace.push(`layer saw ${call.request.messages.length} message`)
      return next(call)
    })
    const handle = compose([layer], endsWith(trace))
    await handle(chatCall())
    await handle(embeddings)
    expect(trace).toEqual(['layer saw 1 message', 'handler chat', 'handler embeddings'])
  })
})

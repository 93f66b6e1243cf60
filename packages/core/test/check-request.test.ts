import { describe, expect, it } from 'vitest'
import { checkRequest, type DefaultModels } from '../src/check-request.ts'
import { compose } from '../src/compose.ts'
import type { Call } from '../src/contract.ts'
import { createCall } from '../src/create-call.ts'
import { chatCall, rejection } from './support/calls.ts'

function checking(defaultModel?: string) {
  const seen: Call[] = []
  const handle = compose([checkRequest({ defaultModel })], call => {
    seen.push(call)
    return Promise.resolve({} as never)
  })
  return { handle, seen }
}

describe('checkRequest', () => {
  it('lets a good request pass as the very object it is, unknown fields and all', async () => {
    const { handle, seen } = checking('default')
    const extended = { model: 'fast', chat_template_kwargs: { x: 1 } }
    const call = chatCall(extended)
    await handle(call)
    expect(seen[0]).toBe(call)
  })

  it('gives a request without a model the default, on a copy', async () => {
    const { handle, seen } = checking('fast')
    const call = chatCall()
    const { model: _, ...request } = call.request
    const nameless = { ...call, request: request as typeof call.request }
    await handle(nameless)
    expect(seen[0]?.request.model).toBe('fast')
    expect('model' in nameless.request).toBe(false)
  })

  it('gives embeddings their own default, and chats none of it', async () => {
    const asked = async (operation: 'chat' | 'embeddings', defaults: DefaultModels): Promise<unknown> => {
      let model: unknown
      const handle = compose([checkRequest(defaults)], call => {
        model = call.request.model
        return Promise.resolve({} as never)
      })
      const request = operation === 'chat' ? { messages: chatCall().request.messages } : { input: 'x' }
      await handle(createCall<typeof operation>({ operation, request, origin: 'door', deadlineMs: 1 }))
      return model
    }
    const both = { defaultModel: 'fast', defaultEmbeddingModel: 'embed' }
    expect([await asked('chat', both), await asked('embeddings', both)]).toEqual(['fast', 'embed'])
    expect(await asked('embeddings', { defaultModel: 'fast' })).toBe('fast')
    await expect(asked('chat', { defaultEmbeddingModel: 'embed' })).rejects.toMatchObject({ param: 'model' })
  })

  it('asks for a model where there is no default', async () => {
    const { handle, seen } = checking()
    const call = createCall<'chat'>({
      ...chatCall(),
      request: { messages: chatCall().request.messages },
      origin: 'process',
      deadlineMs: 1,
    })
    expect(await rejection(handle(call))).toMatchObject({
      code: 'invalid_request',
      param: 'model',
      message: '`model` is missing; name the model to use. This gateway has no default.',
    })
    expect(seen).toEqual([])
  })

  it.each<[string, object, string]>([
    ['no messages', { model: 'fast' }, 'messages'],
    ['empty messages', { model: 'fast', messages: [] }, 'messages'],
    ['a wrong type', { model: 'fast', messages: 'hi' }, 'messages'],
    ['a wrong role', { model: 'fast', messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    ['an empty model, even with a default', { model: '', messages: [{ role: 'user', content: 'x' }] }, 'model'],
  ])('blames the field for %s', async (_, request, param) => {
    const { handle, seen } = checking('default')
    const call = createCall<'chat'>({ operation: 'chat', request, origin: 'door', deadlineMs: 1 })
    expect(await rejection(handle(call))).toMatchObject({ code: 'invalid_request', status: 400, param })
    expect(seen).toEqual([])
  })

  it('checks embeddings by their own rules', async () => {
    const { handle } = checking()
    const call = createCall<'embeddings'>({
      operation: 'embeddings',
      request: { model: 'e', input: '' },
      origin: 'door',
      deadlineMs: 1,
    })
    expect(await rejection(handle(call))).toMatchObject({ code: 'invalid_request', param: 'input' })
  })
})

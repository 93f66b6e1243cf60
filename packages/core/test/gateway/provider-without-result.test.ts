import { expect, it, vi } from 'vitest'
import { createGateway, type Provider } from '../../src/index.ts'
import { chatRequest, rejection } from '../support/calls.ts'

it.each([
  ['nothing', undefined],
  ['what its upstream answered', { id: 'x', object: 'chat.completion', choices: [] }],
  ['a result that nothing is known of', { kind: 'completion', completion: { value: { choices: [] } } }],
])('a provider of one’s own that gives %s is told of by its id, with what a handler gives', async (_, answer) => {
  // What JavaScript, which no types hold back, gives as a handler.
  const chat = (() => Promise.resolve(answer)) as never
  const house: Provider = { id: 'house', name: 'house', handlers: { chat } }
  const gateway = createGateway({ providers: [house], onError: vi.fn() })
  expect(await rejection(gateway.chat(chatRequest({ model: 'house/x' })))).toMatchObject({
    code: 'internal',
    cause: {
      message:
        "The provider 'house' gave no result of a call; its handlers give { kind: 'completion', completion: { value }, settled }, or streamResult().",
    },
  })
})

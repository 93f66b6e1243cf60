import { setImmediate as turn } from 'node:timers/promises'
import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import { type ChatMiddleware, createGateway, forChat } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { expect, it } from 'vitest'
import { chatRequest, readStory } from './chat-request.ts'

const words = Array.from({ length: 200 }, (_, index) => `word${index} `)

it('a client that stops reading stops the upstream from being read, and loses nothing', async () => {
  using shim = installLambdaShim()
  let read = 0
  const countReads: ChatMiddleware = async (call, next) => {
    const result = await next(call)
    if (result.kind !== 'stream') return result
    const source = result.batches[Symbol.asyncIterator]()
    const counted: typeof source = {
      ...source,
      next() {
        read += 1
        return source.next()
      },
    }
    return { ...result, batches: { [Symbol.asyncIterator]: () => counted } }
  }
  const gateway = createGateway({
    providers: [scriptedProvider('scripted', words)],
    auth: 'none',
    use: [forChat(countReads)],
  })
  const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(chatRequest()), { highWaterMark: 1_024 })
  await call.prelude
  for (let turns = 0; turns < 200; turns += 1) await turn()
  // Two buffers of 1 KiB hold about a dozen events.
  expect(read).toBeLessThan(30)
  const story = readStory(await call.text())
  await call.returned
  expect(story).toMatchObject({ text: words.join(''), done: true })
  expect(read).toBeGreaterThan(200)
})

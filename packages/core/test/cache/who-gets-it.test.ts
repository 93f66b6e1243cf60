import { expect, it, onTestFinished, vi } from 'vitest'
import { cacheWishOf } from '../../src/cache/cache-wish.ts'
import { GuardedCache } from '../../src/cache/guarded-cache.ts'
import { memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import { ResponseCache } from '../../src/cache/response-cache.ts'
import { createGateway } from '../../src/create-gateway.ts'
import { scriptedProvider, testCall } from '../../src/testing/index.ts'
import { encodeBody } from '../../src/wire/source-body.ts'
import { cachedGateway } from './cached-gateway.ts'
import { ToldUpstream, turn } from './told-upstream.ts'

/** A cache of its own before an upstream that the test speaks for. */
function rig() {
  const upstream = new ToldUpstream()
  const rule = { ttlMs: 1_000_000, toolCalls: false }
  const cache = new ResponseCache({
    store: new GuardedCache({
      store: memoryCacheStore(),
      health: { mayAsk: () => true, answered: () => {}, failed: () => {}, failedForOne: () => {} },
      readTimeoutMs: 60_000,
    }),
    rules: new Map([['fast', rule]]),
    rule,
    factsOf: () => [],
    onError: error => expect.fail(String(error)),
  })
  return { upstream, cache }
}

it('a call is joined for as long as its own time runs, whoever still waits for it', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const { upstream, cache } = rig()
  const ask = (deadlineMs: number) => {
    const call = testCall('chat', { model: 'fast', messages: [] }, { deadlineMs })
    call.context.deadlineAt = performance.now() + deadlineMs
    return cache.layer(call, upstream.handle as never)
  }
  const asked = [ask(10_000)]
  await turn()
  vi.advanceTimersByTime(9_999)
  asked.push(ask(60_000))
  expect(upstream.calls).toHaveLength(1)
  vi.advanceTimersByTime(1)
  asked.push(ask(60_000))
  expect(upstream.calls).toHaveLength(2)
  for (const call of upstream.live) call.finish()
  expect(await Promise.all(asked)).toHaveLength(3)
})

it('a call under way is no answer for who wants a younger one', async () => {
  const { upstream, cache } = rig()
  const ask = (control: string) => {
    const cacheWish = cacheWishOf({ 'cache-control': control })
    return cache.layer(testCall('chat', { model: 'fast', messages: [] }, { cacheWish }), upstream.handle as never)
  }
  const asked = [ask('max-age=60')]
  await turn()
  asked.push(ask('max-age=60'), ask('max-age=0'))
  expect(upstream.calls).toHaveLength(2)
  for (const call of upstream.live) {
    call.say('.')
    call.finish()
  }
  expect(await Promise.all(asked)).toHaveLength(3)
})

it('an answer that the host itself got of a model is none for a caller who may not name it', async () => {
  const us = scriptedProvider('us', ['one'], ['two'])
  const gateway = createGateway({
    providers: [us],
    routes: { fast: ['us/us-1'] },
    cache: {},
    auth: () => ({ tenant: 'acme' }),
  })
  const request = { model: 'us/us-1' as const, messages: [{ role: 'user' as const, content: 'Hello' }] }
  await gateway.chat(request, { cache: 'on', principal: { tenant: 'acme' } })
  const answer = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-modelgate-cache': 'on' },
    body: JSON.stringify(request),
  })
  expect(answer.status).toBe(404)
})

it.each(['fast', 'plain'])(
  'a body that says a member twice goes out as it was read where its answer is kept, so that nobody gets the answer to what another upstream made of it: %s',
  async model => {
    const { gateway, us } = cachedGateway()
    const [asked, meant] = ['first', 'second'].map(
      content => `"messages":${JSON.stringify([{ role: 'user', content }])}`,
    )
    await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"model":"${model}",${asked},${meant}}`,
    })
    const [call] = us.calls
    const sent = call && new TextDecoder().decode(encodeBody(call.request, call.context.source))
    expect(sent?.match(/first|second/g)).toEqual(model === 'fast' ? ['second'] : ['first', 'second'])
  },
)

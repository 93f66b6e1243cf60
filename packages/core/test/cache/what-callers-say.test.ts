import { describe, expect, it } from 'vitest'
import { cachedGateway, hello } from './cached-gateway.ts'

describe('what a caller says of the cache', () => {
  it.each([
    [{}, ['miss', 'hit'], 1],
    [{ 'cache-control': 'no-cache' }, ['miss', 'miss'], 2],
    [{ 'cache-control': 'no-store' }, ['bypass', 'bypass'], 2],
    [{ 'cache-control': 'max-age=0' }, ['miss', 'miss'], 2],
    [{ 'cache-control': 'max-age=60' }, ['miss', 'hit'], 1],
    [{ 'x-modelgate-cache': 'refresh' }, ['miss', 'miss'], 2],
    [{ 'x-modelgate-cache': 'off' }, ['bypass', 'bypass'], 2],
  ])('%o gives %j', async (headers, expected, times) => {
    const { post, asked } = cachedGateway()
    expect([(await post({ headers })).cache, (await post({ headers })).cache]).toEqual(expected)
    expect(asked()).toBe(times)
  })

  it('refreshes what others get', async () => {
    const { post } = cachedGateway()
    await post()
    await post({ headers: { 'cache-control': 'no-cache' } })
    const hit = await post()
    expect([hit.cache, hit.says()]).toEqual(['hit', 'two'])
  })

  it('turns it on where no route says anything, and not where one says no', async () => {
    const { post, gateway, asked } = cachedGateway({ cache: {} })
    const on = { headers: { 'x-modelgate-cache': 'on' } }
    for (const [model, expected] of [
      ['plain', ['miss', 'hit']],
      ['us/us-7', ['miss', 'hit']],
      ['never', [null, null]],
    ] as const) {
      const body = { model }
      expect([(await post({ ...on, body })).cache, (await post({ ...on, body })).cache]).toEqual(expected)
    }
    expect((await post({ body: { model: 'plain' } })).cache).toBeNull()
    const before = asked()
    const request = { model: 'plain', messages: hello }
    for (const cache of ['on', 'on', 'off', 'refresh'] as const) await gateway.chat(request, { cache })
    expect(asked() - before).toBe(3)
  })

  it('is refused where it is no word of ours, in process too', async () => {
    const { post, gateway } = cachedGateway()
    const refused = await post({ headers: { 'x-modelgate-cache': 'please' } })
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("'on', 'off' or 'refresh'")])
    const cache: string = 'please'
    const chat = Reflect.get(gateway, 'chat')
    await expect(Reflect.apply(chat, gateway, [{ model: 'fast', messages: hello }, { cache }])).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('is not looked at where there is no cache', async () => {
    const { post } = cachedGateway({ routes: { fast: ['us/us-1'] } })
    const answer = await post({ headers: { 'x-modelgate-cache': 'please', 'cache-control': 'no-cache' } })
    expect([answer.status, answer.cache]).toEqual([200, null])
  })
})

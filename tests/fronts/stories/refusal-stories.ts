import { gzipSync } from 'node:zlib'
import { GatewayError } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { expect } from 'vitest'
import { type FrontRig, key, type Refusal, refused, told } from '../front-rig.ts'
import type { FrontStory } from '../front-story.ts'

const chatBody = '{"model":"fast","messages":[{"role":"user","content":"Say exactly: ok"}]}'
const seen = ({ status, error }: Refusal): readonly unknown[] => [status, error.code, error.param]

/** The next caller is served: what was refused has broken nothing. */
async function goesOn(rig: FrontRig): Promise<void> {
  expect((await told(rig.chat('Say exactly: ok'))).status).toBe(200)
}

function bodyStory(name: string, body: string, expected: readonly unknown[], needs: FrontStory['needs']): FrontStory {
  return {
    name: `${name} is refused, and the next one served`,
    needs,
    async tell(rig) {
      expect(seen(await refused(rig.post('/v1/chat/completions', body)))).toEqual(expected)
      expect(rig.simulator.requests()).toEqual([])
      await goesOn(rig)
    },
  }
}

const keyStories: readonly FrontStory[] = [
  {
    name: 'a key is taken in each of its three headers',
    async tell(rig) {
      const headers = [key, { Authorization: 'ApiKey sk-caller' }, { 'X-API-Key': 'sk-caller' }]
      for (const header of headers) expect((await told(rig.ask('/v1/models', { headers: header }))).status).toBe(200)
    },
  },
  {
    name: 'a caller without a good key is refused, hears whether one came, and nothing is asked upstream',
    async tell(rig) {
      const strangers = [{}, { authorization: 'Bearer' }, { authorization: 'Basic c2s=' }, { 'x-api-key': 'sk-nobody' }]
      for (const headers of strangers) {
        const answer = await refused(rig.chat('Say exactly: secret', { headers }))
        expect(seen(answer)).toEqual([401, 'unauthenticated', null])
        expect(answer.error.message).toContain('Authorization: Bearer <key>')
        expect(answer.error.message).toMatch('x-api-key' in headers ? /^The API key that came/ : /^No API key came/)
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
        expect(answer.headers.get('x-should-retry')).toBe('false')
      }
      expect(rig.simulator.requests()).toEqual([])
      await goesOn(rig)
    },
  },
  {
    name: 'a key without the scope is told which one it lacks',
    async tell(rig) {
      const answer = await refused(rig.chat('hi', { headers: { 'x-api-key': 'sk-health' } }))
      expect(seen(answer)).toEqual([403, 'permission_denied', null])
      expect(answer.error.message).toContain("'completions'")
    },
  },
  {
    name: 'an address that tries key after key is told to wait, and a good key from there is served',
    async tell(rig) {
      const codes: string[] = []
      for (let guess = 0; guess < 31; guess += 1) {
        const { error } = await refused(rig.ask('/v1/models', { headers: { 'x-api-key': `sk-guess-${guess}` } }))
        codes.push(error.code)
      }
      expect(codes).toEqual([...Array<string>(30).fill('unauthenticated'), 'rate_limited'])
      expect((await told(rig.ask('/v1/models', { headers: { 'x-api-key': 'sk-caller' } }))).status).toBe(200)
    },
  },
  {
    name: 'a call that its key’s budget cannot hold is told when that begins anew, and nothing is asked upstream',
    async tell(rig) {
      const headers = { 'x-api-key': 'sk-poor' }
      const answer = await refused(rig.chat('Say exactly: dear', { headers, max_tokens: 1_000 }))
      expect(seen(answer)).toEqual([429, 'budget_exceeded', null])
      expect(answer.error.message).toContain('The budget of this key, $0.0001 a day,')
      expect(answer.headers.get('x-should-retry')).toBe('false')
      expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(86_400)
      expect(answer.headers.get('x-modelgate-budget-remaining-usd')).toBe('0.0001')
      expect(rig.simulator.requests()).toEqual([])
      const fits = await told(rig.chat('Say exactly: ok', { headers, max_tokens: 10 }))
      expect(fits.status).toBe(200)
      expect(Number(fits.headers.get('x-modelgate-budget-remaining-usd'))).toBeLessThan(0.0001)
    },
  },
  {
    name: 'a key that has used up its minute is told when to come again',
    async tell(rig) {
      const headers = { 'x-api-key': 'sk-once' }
      const first = await told(rig.chat('Say exactly: once', { headers }))
      expect([first.status, first.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '0'])
      const second = await refused(rig.chat('Say exactly: twice', { headers }))
      expect(seen(second)).toEqual([429, 'rate_limited', null])
      expect(Number(second.headers.get('retry-after'))).toBeGreaterThanOrEqual(59)
      expect(rig.simulator.requests()).toHaveLength(1)
    },
  },
  {
    name: "whom the host's own login found needs no key",
    setup: { principal: { tenant: 'the-host', userId: 'ann' } },
    async tell(rig) {
      expect((await told(rig.chat('Say exactly: in', { headers: {} }))).status).toBe(200)
      expect(await rig.reported(1)).toMatchObject([{ tenant: 'the-host', userId: 'ann' }])
    },
  },
]

const ownBody = ['leaves the body to the gateway'] as const

const bodyStories: readonly FrontStory[] = [
  bodyStory('JSON that is cut off', '{"model":"fast",', [400, 'invalid_request', null], ownBody),
  bodyStory('a body that is empty', '', [400, 'invalid_request', null], ownBody),
  bodyStory('a body that is no object', '[1]', [400, 'invalid_request', null], undefined),
  bodyStory('a chat without messages', '{"model":"fast"}', [400, 'invalid_request', 'messages'], undefined),
  bodyStory(
    'a model that nobody serves',
    chatBody.replace('fast', 'gpt-9'),
    [404, 'model_not_found', 'model'],
    undefined,
  ),
  {
    name: 'a body that is too large is refused, the connection closed, and the next one served',
    needs: [...ownBody, 'keeps connections, which an answer may close'],
    setup: { options: { maxBodyBytes: 1_000 } },
    async tell(rig) {
      const answer = await refused(rig.post('/v1/chat/completions', 'x'.repeat(1_001)))
      expect(seen(answer)).toEqual([413, 'request_too_large', null])
      expect(answer.error.message).toContain('1000 bytes')
      expect(answer.headers.get('connection')).toBe('close')
      await goesOn(rig)
    },
  },
  {
    name: 'a body that is too large for the gateway is refused before anything is asked upstream',
    needs: ownBody,
    setup: { options: { maxBodyBytes: 1_000 } },
    async tell(rig) {
      expect(seen(await refused(rig.post('/v1/chat/completions', 'x'.repeat(1_001))))).toEqual([
        413,
        'request_too_large',
        null,
      ])
      expect(rig.simulator.requests()).toEqual([])
    },
  },
  {
    name: 'a compressed body is called what it is',
    needs: ownBody,
    async tell(rig) {
      const headers = { ...key, 'content-encoding': 'gzip' }
      const answer = await refused(rig.post('/v1/chat/completions', new Uint8Array(gzipSync(chatBody)), { headers }))
      expect(seen(answer)).toEqual([415, 'unsupported_media_type', null])
    },
  },
  {
    name: 'where nobody is asked for a key, a web page’s form may not spend money',
    setup: { options: { auth: 'none' } },
    async tell(rig) {
      const headers = { 'content-type': 'text/plain' }
      const answer = await refused(rig.post('/v1/chat/completions', chatBody, { headers }))
      expect(seen(answer)).toEqual([415, 'unsupported_media_type', null])
      expect(rig.simulator.requests()).toEqual([])
    },
  },
]

const placeStories: readonly FrontStory[] = [
  {
    name: 'what is not there is a 404 that says what is',
    needs: ['gives the gateway every path'],
    async tell(rig) {
      for (const [method, path] of [
        ['GET', '/v1/nothing'],
        ['POST', '/v1/chat/completions/'],
      ] as const) {
        const answer = await refused(rig.ask(path, { method, headers: key }))
        expect(seen(answer)).toEqual([404, 'not_found', null])
        expect(answer.error.message).toContain('POST /v1/chat/completions')
      }
    },
  },
  {
    name: 'a wrong method is a 405 that names the right one',
    async tell(rig) {
      for (const [method, path, allowed] of [
        ['GET', '/v1/chat/completions', 'POST'],
        ['DELETE', '/v1/models/fast?x=1', 'GET, HEAD'],
      ] as const) {
        const answer = await refused(rig.ask(path, { method, headers: key }))
        expect([...seen(answer), answer.headers.get('allow')]).toEqual([405, 'method_not_allowed', null, allowed])
      }
      expect((await told(rig.ask('/v1/chat/completions', { method: 'HEAD', headers: key }))).status).toBe(405)
    },
  },
  {
    name: 'HEAD is answered as GET, without a body',
    async tell(rig) {
      const asked: [string, Record<string, string>, number][] = [
        ['/v1/models', key, 200],
        ['/v1/models/fast', key, 200],
        ['/v1/models/no-such', key, 404],
        ['/v1/models', {}, 401],
      ]
      for (const [path, headers, status] of asked) {
        const got = await rig.ask(path, { headers })
        const answer = await rig.ask(path, { method: 'HEAD', headers })
        expect([answer.status, await answer.text()], path).toEqual([status, ''])
        for (const name of ['content-type', 'content-length', 'www-authenticate']) {
          expect(answer.headers.get(name)).toBe(got.headers.get(name))
        }
        await got.text()
      }
      await goesOn(rig)
    },
  },
  {
    name: 'under a prefix it answers there, and nowhere else',
    setup: { basePath: '/llm' },
    async tell(rig) {
      expect((await told(rig.post('/llm/v1/chat/completions', chatBody))).status).toBe(200)
      expect((await told(rig.ask('/llm/v1/models/team%2Fsmart?x=1', { headers: key }))).status).toBe(200)
      for (const path of ['/v1/models', '/abc/v1/models', '/llmv1/models', '/llm'])
        expect((await told(rig.ask(path, { headers: key }))).status).toBe(404)
    },
  },
  {
    name: "a path that is the host's own goes past the gateway",
    needs: ['has routes of its own beside the gateway'],
    async tell(rig) {
      expect(JSON.parse((await told(rig.ask('/orders/7'))).text)).toEqual({ id: 7 })
    },
  },
]

const failing =
  (error: Error): FrontStory['setup'] =>
  () => ({
    options: { providers: [scriptedProvider('us', [error])], routes: { fast: ['us/nova'] } },
  })

const upstreamStories: readonly FrontStory[] = [
  {
    name: 'an upstream that asks for patience is quoted, with its Retry-After',
    async tell(rig) {
      rig.simulator.setFaults([{ fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' } } }])
      for (const stream of [false, true]) {
        rig.gateway.resetTargets()
        const answer = await refused(rig.chat('hi', { stream }))
        expect(seen(answer)).toEqual([429, 'upstream_rate_limited', null])
        expect([answer.headers.get('retry-after'), answer.headers.get('x-should-retry')]).toEqual(['7', 'true'])
      }
    },
  },
  {
    name: 'an upstream that is out of order is a 502, and nothing of its page is shown',
    async tell(rig) {
      rig.simulator.setFaults([{ fault: { kind: 'html', status: 500 } }])
      const answer = await refused(rig.chat('hi'))
      expect(seen(answer)).toEqual([502, 'upstream_unavailable', null])
      expect(answer.text).not.toContain('<')
    },
  },
  {
    name: 'a bug is a 500 that says nothing of it, and its owner is told',
    setup: failing(new TypeError('secret.path is undefined')),
    async tell(rig) {
      const answer = await refused(rig.chat('hi'))
      expect(seen(answer)).toEqual([500, 'internal', null])
      expect(answer.text).not.toContain('secret')
      expect(rig.errors).toMatchObject([{ message: 'secret.path is undefined' }])
    },
  },
  {
    name: 'a closed gateway refuses, and says that another may be asked',
    async tell(rig) {
      await rig.gateway.close({ graceMs: 0 })
      const answer = await refused(rig.chat('hi'))
      expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([503, 'true'])
    },
  },
  {
    name: 'what a layer refuses keeps its own status and words',
    setup: failing(new GatewayError('content_filtered', 'The prompt was refused.')),
    async tell(rig) {
      const answer = await refused(rig.chat('hi'))
      expect([...seen(answer), answer.error.message]).toEqual([
        400,
        'content_filtered',
        null,
        'The prompt was refused.',
      ])
    },
  },
]

/** Everything that a gateway says no to. */
export const refusalStories: readonly FrontStory[] = [
  ...keyStories,
  ...bodyStories,
  ...placeStories,
  ...upstreamStories,
]

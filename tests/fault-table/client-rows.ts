import type http from 'node:http'
import { expect } from 'vitest'
import type { Cell } from './cell.ts'
import { closeMeanwhile } from './closing-gateway.ts'
import type { FaultTable, ToldForm } from './fault-row.ts'
import { leave } from './leaving-client.ts'
import { sendPart, sendRaw } from './raw-request.ts'
import { repeatCall, reuseKey } from './repeating-client.ts'
import { readNothing } from './slow-reader.ts'
import { spoken } from './story-client.ts'
import { StoryRig, secondTarget } from './story-rig.ts'
import { expectRefused, expectUnheard, onlyBefore, type Refusal, withRig } from './told-story.ts'

const chat = (cell: Cell, more: object = {}): string =>
  JSON.stringify({
    model: 'story',
    stream: cell.moment !== 'whole answer',
    messages: [{ role: 'user', content: `Say exactly: ${spoken}` }],
    ...more,
  })

const invalid = (says: RegExp): Refusal => ({
  status: 400,
  code: 'invalid_request',
  type: 'invalid_request_error',
  says,
})

/** A body that is refused for what it says, and of which no upstream hears. */
const nonsense = (name: string, body: (cell: Cell) => string, refusal: Refusal): ToldForm => ({
  name,
  lacks: onlyBefore,
  tell: cell =>
    withRig(cell, async rig => {
      const answer = await sendRaw({ port: rig.client.port, body: body(cell) })
      expectRefused(answer, refusal)
      expect(Object.keys(answer.headers)).not.toContain('x-injected')
      await expectUnheard(rig)
    }),
})

const tooMuch = (name: string, headers: http.OutgoingHttpHeaders): ToldForm => ({
  name,
  lacks: onlyBefore,
  tell: cell =>
    withRig(
      cell,
      async rig => {
        const body = chat(cell, { user: 'x'.repeat(2_000_000) })
        const length = Buffer.byteLength(body)
        const sized = 'transfer-encoding' in headers ? headers : { 'content-length': length }
        const answer = await sendRaw({ port: rig.client.port, body, headers: sized })
        expectRefused(answer, {
          status: 413,
          code: 'request_too_large',
          type: 'invalid_request_error',
          says: /larger than the 100000 bytes.*send less, or raise `maxBodyBytes`/,
        })
        expect(answer.headers.connection).toBe('close')
        await expectUnheard(rig)
      },
      { maxBodyBytes: 100_000 },
    ),
})

const headOf = (length: number): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer sk-story\r\ncontent-length: ${length}\r\n`

/** The server's own clock, which is its host's to set: it says so, and the gateway lets go. */
const tooSlow = (name: string, part: (body: string) => string): ToldForm => ({
  name,
  lacks: onlyBefore,
  tell: async cell => {
    const server = { headersTimeout: 200, requestTimeout: 200, connectionsCheckingInterval: 50 }
    await using rig = await StoryRig.open(cell, undefined, { server })
    expect(await sendPart(rig.client.port, part(chat(cell)))).toMatch(/^HTTP\/1\.1 408 /)
    await expectUnheard(rig)
    await rig.endsAsItBegan()
  },
})

/** A place that a call in process keeps until the story is over. */
async function tellBusy(cell: Cell): Promise<void> {
  await using rig = await StoryRig.open(cell, { fault: { kind: 'delay', ms: 3_600_000 } }, busyOptions)
  const filler = rig.gateway.stream({ model: rig.first, messages: [{ role: 'user', content: 'Say exactly: hi' }] })
  await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
  const { status, headers, text, error } = await rig.ask()
  const refused = `${rig.first};bulkhead_full;\\d+ms`
  if (cell.targets === 2) {
    expect([status, error]).toEqual([200, undefined])
    expect(headers.get('x-modelgate-attempts')).toMatch(new RegExp(`^${refused}, ${secondTarget};200;\\d+ms$`))
  } else {
    expect(status).toBe(503)
    expect(JSON.parse(text)).toMatchObject({
      error: { code: 'bulkhead_full', message: expect.stringMatching(/later/) },
    })
    expect(headers.get('x-modelgate-attempts')).toMatch(new RegExp(`^${refused}$`))
    expect(headers.get('x-should-retry')).toBe('true')
    expect(await rig.usedTokens()).toBe(0)
  }
  expect(rig.asked(rig.first)).toHaveLength(1)
  expect(rig.asked(secondTarget)).toHaveLength(cell.targets - 1)
  expect(rig.gateway.targets().filter(({ failures }) => failures > 0)).toEqual([])
  filler.abort()
  await filler.report
  await rig.simulator.settled()
  await rig.endsAsItBegan()
}

const busyOptions = { bulkhead: { maxConcurrentCalls: 1 } }

/** What a client must not be able to send past the gateway. */
async function tellForwarded(cell: Cell): Promise<void> {
  await withRig(cell, async rig => {
    const own = { cookie: 'a=1', te: 'trailers', 'x-amz-target': 'x', 'x-forwarded-for': '10.0.0.1', via: 'x' }
    const { status } = await sendRaw({ port: rig.client.port, body: chat(cell), headers: own })
    expect(status).toBe(200)
    const { headers } = rig.asked(rig.first)[0]!
    expect(Object.keys(headers).filter(name => name in own)).toEqual([])
    expect(headers.authorization).not.toContain('sk-story')
  })
}

const depth = 100_000

/** What clients do. */
export const clientRows = {
  'a client leaves': { forms: [{ name: 'closes its connection', tell: leave }] },
  'the gateway closes': { forms: [{ name: 'with no time left for its calls', tell: closeMeanwhile }] },
  'a client reads too slowly': {
    forms: [
      {
        name: 'not at all',
        tell: readNothing,
        lacks: {
          'whole answer': 'it is read from its upstream whole, and the upstream let go, before any of it is sent',
          'before content': 'nothing was written that a reader could leave unread',
        },
      },
    ],
  },
  'a client sends too much': {
    forms: [tooMuch('and says so', {}), tooMuch('chunk by chunk', { 'transfer-encoding': 'chunked' })],
  },
  'a client sends too slowly': {
    forms: [
      tooSlow('half a head', body => headOf(body.length).slice(0, -2)),
      tooSlow('half a body', body => `${headOf(Buffer.byteLength(body))}\r\n${body.slice(0, 20)}`),
    ],
  },
  'a client sends nonsense': {
    forms: [
      nonsense('no JSON', () => '{"model":', invalid(/JSON/)),
      nonsense('JSON too deep', () => `{"model":"story","messages":${'['.repeat(depth)}`, invalid(/deep|nest/)),
      nonsense('no messages', cell => chat(cell, { messages: 'hi' }), invalid(/messages/)),
      nonsense('a model with a line break', cell => chat(cell, { model: 'x\r\nx-injected: 1' }), {
        ...invalid(/not known here; use one of: /),
        status: 404,
        code: 'model_not_found',
      }),
      nonsense('a model that is a member of all objects', cell => chat(cell, { model: '__proto__' }), {
        ...invalid(/not known here; use one of: /),
        status: 404,
        code: 'model_not_found',
      }),
    ],
  },
  'a client sends headers for the upstream': {
    forms: [
      {
        name: 'of a connection, a session, a signature',
        tell: tellForwarded,
        lacks: { 'after content': 'headers go out before any content comes' },
      },
    ],
  },
  'more calls come than a target takes': {
    forms: [
      {
        name: 'its places are taken',
        tell: tellBusy,
        lacks: { 'after content': 'a place is taken before a call is sent' },
      },
    ],
  },
  'a client sends the same call twice': {
    forms: [
      { name: 'having hung up on the first', tell: repeatCall },
      { name: 'with another body', tell: reuseKey, lacks: onlyBefore },
    ],
  },
  'a client has no key, or a wrong one': {
    told: 'packages/core/test/http/key-answers.test.ts',
    why: 'who calls is known before the body is read, and so before there is a lane, a target or an answer',
  },
  'retries pile up': {
    told: 'tests/failover-stories.test.ts',
    why: 'it shows in the number of upstream calls of a thousand, and in no single one',
  },
  'a breaker is half open': {
    told: 'tests/failover-stories.test.ts',
    why: 'it shows in the number of probes of a hundred calls at once, and in no single one',
  },
} satisfies FaultTable

import type { ChatCompletionRequest } from '@modelgate/core'
import { testCall } from '@modelgate/core/testing'
import { describe, expect, it } from 'vitest'
import { mcpContext } from '../src/index.ts'
import { contextRig, factsIn, kettle, scriptedSource, secret, toaster } from './support/context-rig.ts'

const found = { items: [kettle, toaster] }

describe('a chat that is to get facts', () => {
  it('gets them as a last part of its last user turn, and says so', async () => {
    const { search, asked } = scriptedSource(found)
    const { ask } = contextRig(search)
    const { content, facts, report } = await ask('Which kettle?')
    expect(content).toEqual([
      { type: 'text', text: 'Which kettle?' },
      { type: 'text', text: expect.stringMatching(/^<context id="/) },
    ])
    expect(facts).toEqual([kettle, toaster])
    expect(report.context).toEqual({
      status: 'hit',
      source: 'search',
      items: ['p-1', 'p-2'],
      tokens: expect.toSatisfy((tokens: number) => tokens > 50 && tokens < 800),
      version: undefined,
      isCached: false,
      durationMs: 0,
    })
    expect(asked).toMatchObject([{ query: 'Which kettle?', tenant: undefined, limit: 20 }])
  })

  it('keeps every message before as the object that it was, and the order of what stood in the last', async () => {
    const { us, gateway } = contextRig(scriptedSource(found).search)
    const image = { type: 'image_url' as const, image_url: { url: 'https://example.com/k.png' } }
    const messages: ChatCompletionRequest['messages'] = [
      { role: 'system', content: 'You are a clerk.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello!' },
      { role: 'user', name: 'ann', content: [{ type: 'text', text: 'Like this one?' }, image] },
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ]
    await gateway.chat({ model: 'us/m', messages })
    const sent = us.calls[0]?.request.messages ?? []
    for (const index of [0, 1, 2, 4, 5]) expect(sent[index]).toBe(messages[index])
    expect(sent[3]).toEqual({
      role: 'user',
      name: 'ann',
      content: [{ type: 'text', text: 'Like this one?' }, image, { type: 'text', text: expect.any(String) }],
    })
    expect(factsIn(sent[3]?.content)).toEqual([kettle, toaster])
    expect(messages[3]?.content).toHaveLength(2)
  })

  it('keeps the mark of a prompt cache where the own words end', async () => {
    const { us, gateway } = contextRig(scriptedSource(found).search)
    const cache_control = { type: 'ephemeral' as const }
    const first = { type: 'text' as const, text: 'Kettles?' }
    const last = { type: 'text' as const, text: 'Red ones.' }
    for (const content of ['Kettles?', [first, last]]) {
      await gateway.chat({ model: 'us/m', messages: [{ role: 'user', content, cache_control }] })
    }
    const added = { type: 'text', text: expect.any(String) }
    expect(us.calls.map(({ request }) => request.messages)).toEqual([
      [{ role: 'user', content: [{ ...first, cache_control }, added] }],
      [{ role: 'user', content: [first, { ...last, cache_control }, added] }],
    ])
  })

  it('tells the source its last question alone: one line, visible, at most 512 characters', async () => {
    const { search, asked } = scriptedSource(found)
    const { gateway } = contextRig(search)
    await gateway.chat({
      model: 'us/m',
      messages: [
        { role: 'system', content: 'The password is swordfish.' },
        { role: 'user', content: 'My name is Ann.' },
        { role: 'user', content: `Which\u200b  kettle,\nplease? ${'x'.repeat(10_000)}` },
      ],
    })
    expect(asked[0]?.query).toMatch(/^Which kettle, please\? x+$/)
    expect(asked[0]?.query).toHaveLength(512)
  })

  it('is looked up by what `query` says, where it says something', async () => {
    const { search, asked } = scriptedSource(found)
    const { ask } = contextRig(search, { query: ({ request }) => (request.user ? ` kettle \n` : undefined) })
    expect((await ask('Which one?')).report.context?.status).toBe('skipped')
    const { gateway } = contextRig(search, { query: () => ' kettle \n' })
    await gateway.chat({ model: 'us/m', messages: [{ role: 'user', content: 'Which one?' }] })
    expect(asked.map(({ query }) => query)).toEqual(['kettle'])
  })

  it('has no more than a share of the smallest window that it may reach', async () => {
    const { search } = scriptedSource({
      items: Array.from({ length: 9 }, (_, at) => ({ ...kettle, productId: `p-${at}` })),
    })
    const rig = contextRig(search)
    const tokens = (await rig.ask('Kettles?')).report.context?.tokens ?? 0
    const small = { ...rig.us, capabilitiesOf: () => ({ contextTokens: 4_000 }) }
    const { ask } = contextRig(search, {}, { providers: [small] })
    const small10th = (await ask('Kettles?')).report.context
    expect(tokens).toBeGreaterThan(400)
    expect(small10th?.tokens).toBeLessThanOrEqual(400)
    expect(small10th?.items.length).toBeGreaterThan(0)
    const tiny = { ...rig.us, capabilitiesOf: () => ({ contextTokens: 500 }) }
    expect((await contextRig(search, {}, { providers: [tiny] }).ask('Kettles?')).report.context).toMatchObject({
      status: 'none',
      items: [],
      tokens: 0,
    })
  })

  it('shows what `select` takes of items of another kind', async () => {
    const { search } = scriptedSource({ items: [{ title: 'Opening hours', text: '9 to 5' }, 'nonsense'] })
    const { ask } = contextRig(search, {
      select: item =>
        typeof item === 'object' && item ? { id: 'hours', data: { ...item, secret: { a: 1 } } } : undefined,
    })
    expect((await ask('When are you open?')).facts).toEqual([{ title: 'Opening hours', text: '9 to 5' }])
  })
})

describe('a chat that is to get none', () => {
  it.each([
    ['its question is not of that kind', { when: () => false }, [{ role: 'user', content: 'Kettle?' }]],
    ['nobody asked', {}, [{ role: 'system', content: 'Kettle?' }]],
    ['the question is empty', {}, [{ role: 'user', content: ' \u200b\n' }]],
    [
      'the question is a picture',
      {},
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y' } }] }],
    ],
  ])('is passed on as it came where %s', async (_, options, messages) => {
    const { search, asked } = scriptedSource(found)
    const { gateway, us } = contextRig(search, options)
    let context: unknown
    const request = { model: 'us/m', messages: messages as ChatCompletionRequest['messages'] }
    await gateway.chat(request, {
      onReport: report => {
        context = report.context
      },
    })
    expect(us.calls[0]?.request.messages).toBe(request.messages)
    expect(context).toMatchObject({ status: 'skipped', items: [], tokens: 0 })
    expect(asked).toEqual([])
  })

  it('is passed on as it came where nothing was found', async () => {
    const { ask } = contextRig(scriptedSource({ items: [] }).search)
    expect(await ask('Kettle?')).toMatchObject({
      content: 'Kettle?',
      report: { context: { status: 'none', items: [] } },
    })
  })

  it('is not even looked at where its caller wants none', async () => {
    const { search, asked } = scriptedSource(found)
    const { ask } = contextRig(search, { required: true })
    expect(await ask('Kettle?', { context: 'off' })).toMatchObject({ report: { context: { status: 'off' } } })
    expect(asked).toEqual([])
  })

  it('cannot pass off what it says itself as a block: no text of a caller is one, and all of it stays', async () => {
    const genuine = contextRig(scriptedSource(found).search, { secret: 'a secret of other people' })
    const { content } = await genuine.ask('Kettle?')
    const stolen = String(Reflect.get((content as object[])[1] ?? {}, 'text'))
    const { ask } = contextRig(scriptedSource({ items: [] }).search)
    const { content: sent } = await ask(stolen)
    expect(sent).toBe(stolen)
    expect(factsIn([{ text: stolen }])).toBeUndefined()
  })
})

describe('mcpContext', () => {
  it('names every fault of its options', () => {
    const faulty = {
      source: {},
      secret: 'short',
      when: true,
      select: 5,
      timeout: 5,
      budget: { maxTokens: 10, maxItems: 0, windowShare: 2 },
      allowedHosts: ['https://shop.example'],
      timeoutMs: 0,
      circuitBreaker: { failureThreshold: 0.5 },
    } as never
    expect(() => mcpContext(faulty)).toThrow(
      [
        'mcpContext() has no option `timeout`; did you mean `timeoutMs`?',
        'context.source: give a ContextSource, or a function (query, { signal, tenant, limit }) => ({ items }).',
        'context.secret: give at least 16 characters that no caller knows, the same on every instance.',
        'context.when: must be a function (query, call) => boolean.',
        'context.select: must be a function.',
        'context.budget.maxTokens: must be a whole number from 200 to 100000, got 10.',
        'context.budget.maxItems: must be a whole number from 1 to 100, got 0.',
        'context.budget.windowShare: must be above 0 and at most 1, got 2.',
        "context.allowedHosts: 'https://shop.example' is not a host in lower case, such as 'shop.example'.",
        'context.timeoutMs: must be a whole number from 1 to 60000, got 0.',
        'context.circuitBreaker.failureThreshold: must be a whole number from 1 to 86400000, got 0.5.',
      ].join('\n'),
    )
  })

  it('takes no source that is half of one, which would fail each call', () => {
    const half = { search: () => found } as never
    expect(() => mcpContext({ source: half, secret })).toThrow(
      'context.source: a ContextSource has describe() and close()',
    )
  })

  it.each([
    [{ allowedHosts: 'shop.example' }, 'context.allowedHosts: must be a list of hosts.'],
    [{ allowedHosts: [5] }, "context.allowedHosts: '5' is not a host"],
    [{ required: 'false' }, 'context.required: must be true or false.'],
    [{ budget: null }, 'mcpContext({ budget }) takes an object of options.'],
  ])('takes no %j', (options, fault) => {
    expect(() => mcpContext({ source: scriptedSource(found).search, secret, ...options } as never)).toThrow(fault)
  })

  it('asks a source for a hundred at the most, however many may be shown', async () => {
    const { search, asked } = scriptedSource(found)
    await contextRig(search, { budget: { maxItems: 40 } }).ask('Kettle?')
    expect(asked).toMatchObject([{ limit: 100 }])
  })

  it('asks a function for the secret once, when it needs it', async () => {
    let asked = 0
    const { ask } = contextRig(scriptedSource(found).search, {
      secret: () => {
        asked += 1
        return secret
      },
    })
    expect(asked).toBe(0)
    await ask('Kettle?')
    expect((await ask('Toaster?')).facts).toEqual([kettle, toaster])
    expect(asked).toBe(1)
  })

  it('says how its source stands, and closes it with the gateway', async () => {
    let closed = 0
    const source = {
      search: () => found,
      describe: () => ({ name: 'catalogue', state: 'connected' as const, detail: '2026-07-28' }),
      close: async () => {
        closed += 1
      },
    }
    const { gateway } = contextRig(source)
    expect(gateway.context()).toEqual({
      source: 'catalogue',
      state: 'connected',
      detail: '2026-07-28',
      breaker: 'closed',
      lastFailure: undefined,
      isRequired: false,
    })
    await gateway.close()
    expect(closed).toBe(1)
  })
})

describe('what is reserved for facts', () => {
  const reserved = (content: string, smallestWindow?: number, budget = {}): number | undefined => {
    const layer = mcpContext({ source: scriptedSource(found).search, secret, budget })
    const call = testCall('chat', { model: 'us/m', messages: [{ role: 'user', content }] })
    call.context.smallestWindow = smallestWindow
    return layer.addableTokens?.(call)
  }

  it('is nothing for a chat that gets none, else the bytes of the room that there is', () => {
    expect(reserved('Tell me a joke about the sea.')).toBe(0)
    expect(reserved('Which kettle?')).toBe(2_896)
    expect(reserved('Which kettle?', 200_000)).toBe(2_896)
    expect(reserved('Which kettle?', 4_000)).toBe(400 * 3.6 + 16)
    expect(reserved('Which kettle?', 4_000, { maxTokens: 300 })).toBe(300 * 3.6 + 16)
  })
})

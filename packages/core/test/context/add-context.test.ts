import { describe, expect, it } from 'vitest'
import {
  type CallTrace,
  type ContextLayer,
  type ContextLayerParts,
  contextLayer,
  createGateway,
  forChat,
  type GatewayOptions,
  memoryRequestLog,
  metricsSince,
  noteContext,
  prometheusText,
} from '../../src/index.ts'
import { type ScriptedProvider, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, rejection } from '../support/calls.ts'
import { serveGateway } from '../support/fronts.ts'

const part = { type: 'text' as const, text: 'Facts.' }
const added = { status: 'hit', source: 'facts', items: ['f-1'], tokens: 3 } as const

/** Adds a part to the last message, and notes in `windows` what it was told of the targets. */
function factLayer(windows: unknown[] = [], parts: Partial<ContextLayerParts> = {}): ContextLayer {
  return contextLayer(
    (call, next) => {
      windows.push(call.context.smallestWindow)
      noteContext(call.context, added)
      const before = call.request.messages.slice(0, -1)
      const asked = call.request.messages.at(-1)?.content
      const content = [{ type: 'text' as const, text: typeof asked === 'string' ? asked : '' }, part]
      return next({ ...call, request: { ...call.request, messages: [...before, { role: 'user', content }] } })
    },
    {
      maxTokens: 500,
      health: () => ({ source: 'facts', state: 'idle', breaker: 'closed', isRequired: false }),
      tellFailures: () => {},
      close: async () => {},
      ...parts,
    },
  )
}

function gatewayWith(options: Partial<GatewayOptions>, provider: ScriptedProvider = scriptedProvider('us', ['hello'])) {
  return createGateway({ providers: [provider], auth: 'none', ...options })
}

describe('the option context', () => {
  it('changes what the provider is sent, and tells the report and the log of it', async () => {
    const us = scriptedProvider('us', ['hello'])
    const requestLog = memoryRequestLog()
    await using gateway = gatewayWith({ context: factLayer(), requestLog }, us)
    let context: unknown
    let callId = ''
    await gateway.chat(chatRequest({ model: 'us/m' }), {
      onReport: report => {
        context = report.context
        callId = report.callId
      },
    })
    expect(us.calls[0]?.request.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'hi' }, part] }])
    expect(context).toEqual(added)
    expect((await requestLog.find(callId))[0]?.context).toEqual(added)
  })

  it('leaves no trace where there is no layer', async () => {
    const requestLog = memoryRequestLog()
    await using gateway = gatewayWith({ requestLog })
    let report: object = {}
    let callId = ''
    await gateway.chat(chatRequest({ model: 'us/m' }), {
      onReport: given => {
        report = given
        callId = given.callId
      },
    })
    expect(report).not.toHaveProperty('context')
    expect((await requestLog.find(callId))[0]).not.toHaveProperty('context')
    expect(gateway.context()).toBeUndefined()
  })

  it.each([
    ['off', 'off', 'hi'],
    ['OFF', 'off', 'hi'],
    ['on', 'hit;items=1;tokens=3', [{ type: 'text', text: 'hi' }, part]],
  ])('answers the request header %s with %s', async (wanted, told, content) => {
    const us = scriptedProvider('us', ['hello'])
    await using gateway = gatewayWith({ context: factLayer() }, us)
    const server = await serveGateway(gateway)
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-modelgate-context': wanted },
      body: JSON.stringify(chatRequest({ model: 'us/m' })),
    })
    expect(answer.headers.get('x-modelgate-context')).toBe(told)
    expect(us.calls[0]?.request.messages[0]?.content).toEqual(content)
  })

  it('stands in the last comment of a stream that asks for it, and on its span', async () => {
    const events: unknown[] = []
    const trace: CallTrace = {
      traceId: undefined,
      run: work => work(),
      attemptBegins: () => ({ headers: {}, run: work => work(), ends: () => {} }),
      event: (name, attributes) => void events.push([name, attributes]),
      ends: () => {},
    }
    const telemetry = { follow: () => ({ begins: () => trace, close: () => {} }) }
    await using gateway = gatewayWith({ context: factLayer(), telemetry })
    const server = await serveGateway(gateway)
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-modelgate-report': 'comment' },
      body: JSON.stringify(chatRequest({ model: 'us/m', stream: true })),
    })
    const comment = /^: modelgate (.*)$/m.exec(await answer.text())?.[1] ?? ''
    expect(JSON.parse(comment)).toMatchObject({ context: added })
    expect(events).toEqual([
      [
        'modelgate.context',
        {
          'modelgate.context.status': 'hit',
          'modelgate.context.source': 'facts',
          'modelgate.context.items': 1,
          'modelgate.context.tokens': 3,
        },
      ],
    ])
  })

  it('is off for a call in process that says so', async () => {
    const us = scriptedProvider('us', ['hello'])
    await using gateway = gatewayWith({ context: factLayer() }, us)
    await gateway.chat(chatRequest({ model: 'us/m' }), { context: 'off' })
    expect(us.calls[0]?.request.messages[0]?.content).toBe('hi')
    expect(us.calls[0]?.context.addableTokens).toBe(0)
  })

  it('tells the layer the smallest window that a call may reach', async () => {
    const windows: unknown[] = []
    const us = scriptedProvider('us', ['hello'])
    const sizes: Record<string, number> = { small: 8_000, large: 200_000, smaller: 4_000 }
    const provider = {
      ...us,
      capabilitiesOf: (model: string) => (sizes[model] ? { contextTokens: sizes[model] } : undefined),
    }
    await using gateway = createGateway({
      providers: [provider],
      routes: {
        both: ['us/large', 'us/small', 'us/unknown'],
        led: { targets: ['us/large'], when: [{ if: { tier: 'free' }, use: 'both' }] },
        aside: { targets: ['us/large'], when: [{ if: { tier: 'free' }, use: [{ target: 'us/smaller' }] }] },
        unknown: ['us/unknown'],
      },
      context: factLayer(windows),
    })
    const models = ['both', 'led', 'aside', 'unknown', 'us/large', 'us/other']
    for (const model of models) await gateway.chat(chatRequest({ model }))
    expect(windows).toEqual([8_000, 8_000, 4_000, undefined, 200_000, undefined])
    await rejection(gateway.chat(chatRequest({ model: 'nobody' })))
    expect(windows.at(-1)).toBeUndefined()
  })

  it('has reserved what it says of a call alone, which a refusal tells; it is not run where that is nothing', async () => {
    const us = scriptedProvider('us', ['hello'])
    const windows: unknown[] = []
    const addableTokens: ContextLayerParts['addableTokens'] = ({ request }) => (request.user === 'curious' ? 9_000 : 0)
    await using gateway = gatewayWith({ context: factLayer(windows, { addableTokens }) }, us)
    const principal = { tenant: 'acme', keyId: 'k', rateLimit: { tokensPerMinute: 400 } }
    const request = chatRequest({ model: 'us/m', max_tokens: 10 })
    let context: unknown
    await gateway.chat(request, { principal, onReport: report => (context = report.context) })
    expect([windows, context]).toEqual([[], { status: 'skipped', items: [], tokens: 0 }])
    expect(await rejection(gateway.chat({ ...request, user: 'curious' }, { principal }))).toMatchObject({
      code: 'rate_limited',
      message: expect.stringMatching(/ 500 of them for context, which `x-modelgate-context: off` leaves out/),
    })
  })

  it('keeps to the window that was reserved for, whatever a layer between names', async () => {
    const windows: unknown[] = []
    const sizes: Record<string, number> = { small: 8_000, large: 200_000 }
    const provider = {
      ...scriptedProvider('us', ['hello']),
      capabilitiesOf: (model: string) => ({ contextTokens: sizes[model] }),
    }
    const renaming = forChat((call, next) => next({ ...call, request: { ...call.request, model: 'us/large' } }))
    await using gateway = gatewayWith({ context: factLayer(windows), use: [renaming] }, provider)
    await gateway.chat(chatRequest({ model: 'us/small' }))
    expect(windows).toEqual([8_000])
  })

  it('has what it may add reserved with the limits, and given back', async () => {
    const us = scriptedProvider('us', ['hello'])
    const request = chatRequest({ model: 'us/m', max_tokens: 10 })
    const principal = { tenant: 'acme', keyId: 'k', rateLimit: { tokensPerMinute: 400 } }
    await using without = gatewayWith({}, us)
    await without.chat(request, { principal })
    await using gateway = gatewayWith({ context: factLayer() }, us)
    expect(await rejection(gateway.chat(request, { principal }))).toMatchObject({ code: 'rate_limited' })
    await gateway.chat(request, { principal, context: 'off' })
    const richer = { ...principal, rateLimit: { tokensPerMinute: 700 } }
    await gateway.chat(request, { principal: richer })
    await gateway.chat(request, { principal: richer })
    expect(us.calls).toHaveLength(4)
  })

  it('is counted by what became of it, and told with how the source stands', async () => {
    await using gateway = gatewayWith({ context: factLayer(), metrics: true })
    expect(gateway.metrics()?.context).toBeUndefined()
    const before = gateway.metrics()
    await gateway.chat(chatRequest({ model: 'us/m' }))
    await gateway.chat(chatRequest({ model: 'us/m' }))
    const between = gateway.metrics()
    await gateway.chat(chatRequest({ model: 'us/m' }), { context: 'off' })
    const after = gateway.metrics()
    if (!before || !between || !after) throw new Error('Nothing is counted.')
    expect(after).toMatchObject({
      context: { calls: { hit: 2, off: 1 }, faults: {}, cached: 0, items: 2, tokens: 6 },
      contextSource: { source: 'facts', breaker: 'closed' },
    })
    expect(metricsSince(after, between).context).toEqual({
      calls: { off: 1 },
      faults: {},
      cached: 0,
      items: 0,
      tokens: 0,
    })
    expect(metricsSince(between, before).context).toMatchObject({ calls: { hit: 2 }, tokens: 6 })
    expect(prometheusText(after).match(/^modelgate_context\S*( .*|\{.*)$/gm)).toEqual([
      'modelgate_context_calls_total{status="hit"} 2',
      'modelgate_context_calls_total{status="off"} 1',
      'modelgate_context_cached_total 0',
      'modelgate_context_items_total 2',
      'modelgate_context_tokens_total 6',
      'modelgate_context_breaker_state{source="facts",state="closed"} 1',
      'modelgate_context_breaker_state{source="facts",state="open"} 0',
      'modelgate_context_breaker_state{source="facts",state="halfOpen"} 0',
    ])
  })

  it('counts as prompt when a target is looked for whose window is large enough', async () => {
    const us = scriptedProvider('us', ['hello'])
    const capabilitiesOf = (model: string) => ({ contextTokens: model === 'small' ? 600 : 200_000 })
    const long = contextLayer(
      (call, next) => {
        noteContext(call.context, added)
        const content = [
          { type: 'text' as const, text: 'hi' },
          { ...part, text: 'Facts. '.repeat(400) },
        ]
        return next({ ...call, request: { ...call.request, messages: [{ role: 'user', content }] } })
      },
      { ...factLayer(), maxTokens: 3_000 },
    )
    await using gateway = createGateway({
      providers: [{ ...us, capabilitiesOf }],
      routes: { both: ['us/small', 'us/large'] },
      auth: 'none',
      context: long,
    })
    const server = await serveGateway(gateway)
    const modelFor = async (context: string): Promise<string | null> => {
      const headers = { 'content-type': 'application/json', 'x-modelgate-context': context }
      const body = JSON.stringify(chatRequest({ model: 'both' }))
      const answer = await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', headers, body })
      return answer.headers.get('x-modelgate-model')
    }
    expect([await modelFor('off'), await modelFor('on')]).toEqual(['small', 'large'])
  })

  it('closes the layer with the gateway, tells it whom to tell of failures, and how it stands', async () => {
    let closed = 0
    let told: unknown
    const onError = (): void => {}
    const gateway = gatewayWith({
      onError,
      context: factLayer([], {
        close: async () => {
          closed += 1
        },
        tellFailures: listener => {
          told = listener
        },
      }),
    })
    expect(told).toBeTypeOf('function')
    expect(gateway.context()).toMatchObject({ source: 'facts', breaker: 'closed' })
    await gateway.close()
    expect(closed).toBe(1)
  })

  it('must be a layer of that kind', () => {
    const context = ((call: unknown) => call) as never
    expect(() => gatewayWith({ context })).toThrow('`context` must be what mcpContext() gives')
  })

  it('lets embeddings pass', async () => {
    const windows: unknown[] = []
    const us = scriptedProvider('us', ['hello'])
    await using gateway = gatewayWith({ context: factLayer(windows) }, us)
    await rejection(gateway.embed({ model: 'us/m', input: 'hi' }))
    expect(windows).toEqual([])
  })
})

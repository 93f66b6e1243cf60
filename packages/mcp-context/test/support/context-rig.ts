import { type CallOptions, type CallReport, createGateway, type Gateway, type GatewayOptions } from '@modelgate/core'
import { type ScriptedProvider, scriptedProvider } from '@modelgate/core/testing'
import { type McpContextOptions, mcpContext, readContextBlock, type SearchFunction } from '../../src/index.ts'

export const secret = 'a secret of the tests'

export const kettle = {
  productId: 'p-1',
  name: 'Hollin Kettle',
  category: 'Kitchen',
  price: 49.5,
  brand: 'Hollin',
  availability: 'in-stock',
  rating: 4.5,
  description: 'Boils a litre in three minutes.',
}
export const toaster = { ...kettle, productId: 'p-2', name: 'Hollin Toaster' }

/** A source whose answers are given one after another, the last for ever; functions make theirs, errors are thrown. */
export function scriptedSource(...script: readonly unknown[]) {
  const asked: { readonly query: string; readonly tenant: string | undefined; readonly signal: AbortSignal }[] = []
  const search = ((query, options) => {
    const step = script[Math.min(asked.length, script.length - 1)]
    asked.push({ query, ...options })
    if (step instanceof Error) throw step
    return typeof step === 'function' ? step(options) : step
  }) as SearchFunction
  return { search, asked }
}

/** A chat, and what came of it. */
export interface Asked {
  readonly report: CallReport
  /** What the last user turn was made of when it reached the provider. */
  readonly content: unknown
  /** What the block in it said. */
  readonly facts: readonly object[] | undefined
}

export interface ContextRig {
  readonly gateway: Gateway
  readonly us: ScriptedProvider
  readonly errors: unknown[]
  readonly clock: { nowMs: number }
  readonly ask: (text: string, options?: CallOptions) => Promise<Asked>
}

/** A gateway with a context layer over a source, whose clock stands still. */
export function contextRig(
  source: McpContextOptions['source'],
  options: Partial<McpContextOptions> = {},
  more: Partial<GatewayOptions> = {},
): ContextRig {
  const us = scriptedProvider('us', ['hello'])
  const errors: unknown[] = []
  const clock = { nowMs: 1_000_000 }
  const context = mcpContext({ source, secret, when: () => true, now: () => clock.nowMs, random: () => 0, ...options })
  const gateway = createGateway({
    providers: [us],
    auth: 'none',
    context,
    onError: error => errors.push(error),
    ...more,
  })
  return {
    gateway,
    us,
    errors,
    clock,
    async ask(text, callOptions = {}) {
      let report: CallReport | undefined
      await gateway.chat(
        { model: 'us/m', messages: [{ role: 'user', content: text }] },
        {
          ...callOptions,
          onReport: told => {
            report = told
          },
        },
      )
      if (!report) throw new Error('The call was not reported.')
      const { callId } = report
      const sent = us.calls.find(({ context }) => context.callId === callId)
      const content = sent?.request.messages.at(-1)?.content
      return { report, content, facts: factsIn(content) }
    },
  }
}

export function factsIn(content: unknown): readonly object[] | undefined {
  const last: unknown = Array.isArray(content) ? content.at(-1) : undefined
  const text: unknown = typeof last === 'object' && last !== null ? Reflect.get(last, 'text') : undefined
  return typeof text === 'string' ? readContextBlock(text, secret) : undefined
}

export function principal(tenant: string): CallOptions {
  return { principal: { tenant } }
}

import { randomBytes } from 'node:crypto'
import { type ContextLayer, isGatewayError } from '@modelgate/core'
import {
  type ContextSource,
  type McpSource,
  mcpContext,
  mcpSource,
  productItem,
  productQuestion,
  textItem,
} from '@modelgate/mcp-context'
import type { ContextConfig } from '../config/context-schema.ts'
import { secretOf } from '../config/secret-of.ts'
import { ConfigurationError, configured } from '../configuration-error.ts'
import type { Plan } from '../plan.ts'
import type { HealthCheck } from '../server/health/health-check.ts'

/** What adds facts to prompts, if anything does, and how it is looked after. */
interface AppContext {
  readonly layer?: ContextLayer | undefined
  readonly checks: readonly HealthCheck[]
}

interface ContextParts {
  readonly warn: (sentence: string) => void
  /** Stands in where no server is configured. */
  readonly source?: (() => ContextSource) | undefined
}

/**
 * The context layer of a plan; its gateway closes it.
 * @throws {ConfigurationError} with what is wrong with its options.
 */
export function openContext({ config }: Pick<Plan, 'config'>, { warn, source: own }: ContextParts): AppContext {
  const options = config.context ?? {}
  if (options.enabled === false || (!config.context && !own)) return { checks: [] }
  const named = options.server && sourceOf(options, options.server)
  const source = named ?? own?.()
  if (!source) throw new ConfigurationError(['context.server: name the MCP server, by its url or its command.'])
  if (!options.signingSecret && options.server) {
    warn(
      'context.signingSecret is not set: each process makes one of its own, and what they add to prompts differs by it.',
    )
  }
  const layer = configured(
    () => layerOf(options, source),
    fault => fault.replace(/^context\.secret/, 'context.signingSecret'),
  )
  // The first question would wait for the start of a child process, and not long enough. Where it fails, that question tries again.
  named?.connect().catch((error: unknown) => {
    if (isGatewayError(error) && error.code === 'shutting_down') return
    warn(`context.server cannot be asked now, and is tried again at the first question: ${toSentence(error)}`)
  })
  const check = async (): Promise<void> => {
    const { breaker, state } = layer.health()
    if (breaker !== 'closed' || state === 'refused') throw new Error('It cannot be asked.')
  }
  return { layer, checks: [{ component: 'context', name: source.describe().name, check }] }
}

const toSentence = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The demo's server is a process that the first question about products starts. */
const demoTimeoutMs = 5_000

function layerOf(options: ContextConfig, source: ContextSource): ContextLayer {
  const { when, goods, maxTokens, maxItems, windowShare, allowedHosts, circuitBreaker } = options
  const secret = options.signingSecret
    ? secretOf(options.signingSecret).reveal()
    : randomBytes(32).toString('base64url')
  return mcpContext({
    source,
    secret,
    // A resource may be a page of prose, such as opening hours.
    select: options.resources && (item => productItem(item) ?? textItem(item)),
    when: when === 'always' ? () => true : productQuestion({ goods }),
    budget: { maxTokens, maxItems, windowShare },
    allowedHosts,
    timeoutMs: options.timeoutMs ?? (options.server ? undefined : demoTimeoutMs),
    ttlMs: options.ttlMs,
    maxStaleMs: options.maxStaleMs,
    required: options.required,
    circuitBreaker,
  })
}

function sourceOf(options: ContextConfig, server: NonNullable<ContextConfig['server']>): McpSource {
  const { name = 'catalogue', resources, tool = resources ? undefined : { name: 'search_products' } } = options
  const { url, token, command = '', args, cwd, env } = server
  return configured(() =>
    mcpSource({
      name,
      tool,
      resources,
      server: url ? { url, token: token && secretOf(token) } : { command, args, cwd, env },
    }),
  )
}

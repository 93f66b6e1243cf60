import type { BedrockChatRequest } from '../request/request-extensions.ts'
import { isJsonObject } from '../wire/json.ts'

/** How a caller says "cache the prompt up to here". */
export type MarkSource = 'cache_control' | 'prompt_cache_breakpoint'

/** A mark on a block of the prompt. It is no member of the wire: JSON does not see it. */
interface CacheMark {
  /** `5m` and OpenAI's `30m` are the default, since a hit renews it; `1h` and OpenAI's `12h` cost more to write. */
  readonly oneHour: boolean
  /** Who asked, one for each mark that fell on the block. */
  readonly sources: readonly MarkSource[]
}

const mark: unique symbol = Symbol('modelgate.cacheMark')
interface Marked {
  readonly [mark]?: CacheMark
}

/** A part, a message or a tool as callers may send it. */
interface Holder {
  readonly cache_control?: unknown
  readonly prompt_cache_breakpoint?: unknown
}

/** The mark of a block; travels with it as it is moved, split off or copied. */
export function markOf(block: object): CacheMark | undefined {
  return (block as Marked)[mark]
}

/**
 * Blocks with the mark of what they were made from on the last of them; the same array where that has none.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 * @see https://developers.openai.com/api/docs/guides/prompt-caching
 */
export function marked<Block extends object>(blocks: Block[], from: object | null | undefined): Block[] {
  const source = from ? sourceOf(from) : undefined
  const last = blocks.at(-1)
  if (!source || !last) return blocks
  const ttl = ttlOf((from as Holder)[source])
  const before = markOf(last)
  const own: CacheMark = {
    oneHour: ttl === '1h' || ttl === '12h' || before?.oneHour === true,
    sources: [...(before?.sources ?? []), source],
  }
  return [...blocks.slice(0, -1), { ...last, [mark]: own }]
}

/** Every mark of a request; `undefined` for none, which is the usual thing. */
export function marksIn(request: BedrockChatRequest): MarkSource[] | undefined {
  const { messages, tools } = request
  if (!messages.some(hasMark) && !tools?.some(sourceOf)) return undefined
  return holdersIn(request).flatMap(holder => sourceOf(holder) ?? [])
}

const knownTtls: ReadonlySet<unknown> = new Set([undefined, null, '5m', '30m', '1h', '12h'])

/** Who asked for a time that is none of those above: it is the default then. */
export function strangeTtlsIn(request: BedrockChatRequest): MarkSource[] {
  return holdersIn(request).flatMap(holder => {
    const source = sourceOf(holder)
    return source && !knownTtls.has(ttlOf(holder[source])) ? source : []
  })
}

function holdersIn({ messages, tools }: BedrockChatRequest): Holder[] {
  const parts = messages.flatMap((message): (Holder | null)[] => [
    message,
    ...(Array.isArray(message.content) ? message.content : []),
  ])
  return [...parts, ...(tools ?? [])].filter(holder => holder !== null)
}

function hasMark(message: BedrockChatRequest['messages'][number]): boolean {
  const { content } = message
  return sourceOf(message) !== undefined || (Array.isArray(content) && content.some(part => part && sourceOf(part)))
}

function sourceOf({ cache_control: own, prompt_cache_breakpoint: openai }: Holder): MarkSource | undefined {
  if (own) return 'cache_control'
  return openai ? 'prompt_cache_breakpoint' : undefined
}

function ttlOf(value: unknown): unknown {
  return isJsonObject(value) ? value.ttl : undefined
}

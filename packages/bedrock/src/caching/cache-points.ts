import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { CachingTraits } from '../models/model-features.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import type { CachePointBlock, ContentBlock, ConverseMessage, SystemBlock, ToolConfig } from '../wire/converse-wire.ts'
import { type MarkSource, markOf, marksIn, strangeTtlsIn } from './cache-marks.ts'
import type { CachingPlaces } from './caching-places.ts'
import { cachingPlaces, cachingPlacesOf } from './prompt-caching.ts'

/** The prompt in the order in which a model reads it, and so in which a prefix of it is cached. */
export interface Prompt {
  readonly tools: ToolConfig['tools']
  readonly system: readonly SystemBlock[]
  readonly messages: readonly ConverseMessage[]
}

/** The same with the points up to which it is cached. */
interface CachedPrompt {
  readonly tools: (ToolConfig['tools'][number] | CachePointBlock)[]
  readonly system: (SystemBlock | CachePointBlock)[]
  readonly messages: ConverseMessage[]
}

/** A request takes no more. */
const maxPoints = 4

interface Point {
  readonly place: (typeof cachingPlaces)[number]
  /** Which message; 0 elsewhere. */
  readonly turn: number
  /** Which block the point follows. */
  readonly after: number
  oneHour: boolean
  readonly sources: readonly MarkSource[]
}

/**
 * Puts cache points behind the blocks that the caller marked, and at the places that are cached unasked while fewer than four are set.
 * Of more than four the earliest in the conversation are left out: the later ones cover them. What the model takes no point for, or
 * for no hour, is noted in `dropped`. `undefined` where nothing is to be cached.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function toCachedPrompt(
  request: BedrockChatRequest,
  prompt: Prompt,
  { capabilities, dropped }: { readonly capabilities: ModelCapabilities; readonly dropped: Set<string> },
): CachedPrompt | undefined {
  const marks = marksIn(request)
  const places = cachingPlacesOf(request, capabilities.automaticCaching)
  if (!marks && !places.tools && !places.system && !places.messages) return undefined
  const traits = capabilities.caching
  const points = traits ? limited(merged(markedPoints(prompt, traits))) : []
  noteLost(marks ?? [], points, dropped)
  if (points.length > 0) for (const source of strangeTtlsIn(request)) dropped.add(`${source}.ttl`)
  const unasked = traits ? unaskedPoints(prompt, places, traits) : []
  noteUnmet({ request, prompt, traits }, dropped)
  for (const point of unasked) {
    if (points.length < maxPoints && !points.some(other => isSame(point, other))) points.push(point)
  }
  if (points.length === 0) return undefined
  settleHours(points, traits?.oneHour === true, dropped)
  return insert(prompt, points, traits?.afterDocuments === true)
}

function markedPoints({ tools, system, messages }: Prompt, traits: CachingTraits): Point[] {
  const at = (place: Point['place'], blocks: readonly object[]): Point[] =>
    blocks.flatMap((block, after) => {
      const mark = markOf(block)
      return mark ? [{ ...mark, place, turn: 0, after }] : []
    })
  return [
    ...(traits.tools ? at('tools', tools) : []),
    ...at('system', system),
    ...messages.flatMap(({ content }, turn) => {
      const legal = legalPlaces(content, traits)
      return content.flatMap((block, index) => {
        const after = legal[index] ?? -1
        return after < 0 ? [] : marksOf(block).map((mark): Point => ({ ...mark, place: 'messages', turn, after }))
      })
    }),
  ]
}

/** A mark inside a tool result stands for one on the result. */
function marksOf(block: ContentBlock) {
  const blocks: readonly object[] = 'toolResult' in block ? [block, ...block.toolResult.content] : [block]
  return blocks.flatMap(each => markOf(each) ?? [])
}

/** For each block the one that a point for it may follow: results stand together, and a point may not follow reasoning. -1 for none. */
function legalPlaces(content: readonly ContentBlock[], traits: CachingTraits): number[] {
  const lastResult = content.findLastIndex(block => 'toolResult' in block)
  if (lastResult >= 0 && !traits.besideToolResults) return []
  let latest = -1
  const places = content.map((block, index) => {
    if (!('reasoningContent' in block)) latest = index
    return latest
  })
  return places.map((place, index) => (index < lastResult ? (places[lastResult] ?? -1) : place))
}

/** Several marks behind one block are one point. */
function merged(points: readonly Point[]): Point[] {
  const kept = new Map<string, Point & { readonly sources: MarkSource[] }>()
  for (const point of points) {
    const where = `${point.place} ${point.turn} ${point.after}`
    const same = kept.get(where)
    if (!same) kept.set(where, { ...point, sources: [...point.sources] })
    else {
      same.oneHour ||= point.oneHour
      same.sources.push(...point.sources)
    }
  }
  return [...kept.values()]
}

function limited(points: readonly Point[]): Point[] {
  let beyond = points.length - maxPoints
  let kept = points
  for (const place of ['messages', 'system', 'tools'] as const) {
    kept = kept.filter(point => point.place !== place || beyond-- <= 0)
  }
  return [...kept]
}

function isSame(one: Point, other: Point): boolean {
  return one.place === other.place && one.turn === other.turn && one.after === other.after
}

function unaskedPoints({ tools, system, messages }: Prompt, places: CachingPlaces, traits: CachingTraits): Point[] {
  const point = { turn: 0, oneHour: places.ttl === '1h', sources: [] }
  const turn = messages.findLastIndex(
    ({ role, content }) =>
      role === 'user' && (traits.besideToolResults || !content.some(block => 'toolResult' in block)),
  )
  const blocks = messages[turn]?.content ?? []
  // No words of ours go between a document and a point that nobody asked for.
  const after = blocks.findLastIndex(block => traits.afterDocuments || !isDocument(block))
  return [
    ...(places.tools && traits.tools && tools.length > 0
      ? [{ ...point, place: 'tools', after: tools.length - 1 } as const]
      : []),
    ...(places.system && system.length > 0 ? [{ ...point, place: 'system', after: system.length - 1 } as const] : []),
    ...(places.messages && after >= 0 ? [{ ...point, place: 'messages', turn, after } as const] : []),
  ]
}

/** A longer time may not follow a shorter one: what stands before an hour is kept for an hour as well. */
function settleHours(points: Point[], oneHour: boolean, dropped: Set<string>): void {
  if (!oneHour) {
    for (const point of points) {
      if (point.oneHour) for (const source of point.sources) dropped.add(`${source}.ttl`)
      point.oneHour = false
    }
  }
  const order = (point: Point): number => cachingPlaces.indexOf(point.place)
  points.sort((a, b) => order(a) - order(b) || a.turn - b.turn || a.after - b.after)
  const lastHour = points.findLastIndex(point => point.oneHour)
  for (const point of points.slice(0, lastHour + 1)) point.oneHour = true
}

function noteLost(marks: readonly MarkSource[], points: readonly Point[], dropped: Set<string>): void {
  const placed = points.flatMap(point => point.sources)
  for (const source of new Set(marks)) {
    const isSource = (other: MarkSource): boolean => other === source
    if (placed.filter(isSource).length < marks.filter(isSource).length) dropped.add(source)
  }
}

interface Asked {
  readonly request: BedrockChatRequest
  readonly prompt: Prompt
  readonly traits: CachingTraits | undefined
}

/** What the request itself asked for; the provider's option is a policy for whichever models can. */
function noteUnmet({ request, prompt, traits }: Asked, dropped: Set<string>): void {
  const { prompt_caching: asked } = request
  if (asked === undefined || asked === null) return
  const places = cachingPlacesOf(request, {})
  if (!traits && cachingPlaces.some(place => places[place])) dropped.add('prompt_caching')
  if (traits && !traits.tools && places.tools && prompt.tools.length > 0) dropped.add('prompt_caching.tools')
  if (traits && !traits.oneHour && places.ttl === '1h') dropped.add('prompt_caching.ttl')
}

function insert({ tools, system, messages }: Prompt, points: readonly Point[], afterDocuments: boolean): CachedPrompt {
  const list = <Block extends object>(
    place: Point['place'],
    blocks: readonly Block[],
    turn = 0,
  ): (Block | CachePointBlock | TextBlock)[] => {
    const own = points.filter(point => point.place === place && point.turn === turn)
    return blocks.flatMap((block, index) => {
      const point = own.find(({ after }) => after === index)
      if (!point) return [block]
      return [block, ...(isDocument(block) && !afterDocuments ? [filler] : []), toBlock(point)]
    })
  }
  return {
    tools: list('tools', tools) as CachedPrompt['tools'],
    system: list('system', system),
    messages: messages.map(({ role, content }, turn) => ({ role, content: list('messages', content, turn) })),
  }
}

type TextBlock = { readonly text: string }

/** Stands between a document and a point that may not follow it: blank text is refused. */
const filler: TextBlock = { text: '.' }

function isDocument(block: object): boolean {
  return 'document' in block || 'video' in block
}

function toBlock({ oneHour }: Point): CachePointBlock {
  return { cachePoint: { type: 'default', ...(oneHour && { ttl: '1h' }) } }
}

import { arrayOf, objectOf, parseJson, pick } from '../../json.ts'
import type { BlockAt, ConverseRequest } from '../converse-request.ts'
import { type Rule, when } from './rule.ts'

const has = (block: BlockAt['block'], kind: string) => block[kind] !== undefined

/** Rules about where a prompt may be cached, and for how long. */
export const CACHE_RULES: readonly Rule[] = [
  {
    id: 'cache-point-unsupported',
    applies: ({ model }) => model.caching === 'none',
    check: when(request => cachePoints(request).length > 0),
    message:
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
  },
  {
    id: 'cache-point-count',
    check: request => (cachePoints(request).length > 4 ? String(cachePoints(request).length) : undefined),
    message:
      'The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found {}.',
  },
  {
    id: 'cache-point-first',
    check: ({ messages, body, tools }) => {
      const lists = [
        ['system', body.system],
        ['toolConfig.tools', tools],
      ] as const
      const found = [...lists, ...messages.map((message, at) => [`messages.${at}.content`, message.content] as const)]
      return found.find(([, list]) => pick(list, 0, 'cachePoint') !== undefined)?.[0]
    },
    message: 'The cachePoint at {}.0 has nothing before it to cache. Move it behind another block and try again.',
  },
  {
    id: 'cache-point-in-tools',
    applies: ({ model }) => model.caching === 'no-tools',
    check: when(({ tools, messages }) => {
      const beside = messages.filter(message => arrayOf(message.content).some(block => pick(block, 'toolResult')))
      const lists = [tools, ...beside.map(message => arrayOf(message.content))]
      return lists.some(list => list.some(block => pick(block, 'cachePoint') !== undefined))
    }),
    message: "This model doesn't support cachePoint in tools or beside tool results. Remove cachePoint and try again.",
  },
  {
    id: 'cache-point-after-document',
    applies: ({ model }) => model.claude,
    check: ({ blocks }) => {
      const behind = (index: number) => blocks[index - 1]?.block ?? {}
      const at = blocks.findIndex(
        ({ block }, index) =>
          has(block, 'cachePoint') && (has(behind(index), 'document') || has(behind(index), 'video')),
      )
      return blocks[at]?.at
    },
    message: 'The cachePoint at {} cannot follow a document or video. Put a text block between them and try again.',
  },
  {
    id: 'cache-point-after-reasoning',
    check: ({ blocks }) => {
      const at = blocks.findIndex(
        ({ block, message }, index) =>
          has(block, 'cachePoint') &&
          blocks[index - 1]?.message === message &&
          has(blocks[index - 1]?.block ?? {}, 'reasoningContent'),
      )
      return blocks[at]?.at
    },
    message: 'The cachePoint at {} cannot follow reasoning. Move it behind another block and try again.',
  },
  {
    id: 'cache-point-value',
    check: request =>
      cachePoints(request)
        .map(point => JSON.stringify(pick(point, 'cachePoint')))
        .find(point => {
          const { type, ttl } = objectOf(parseJson(point))
          return type !== 'default' || (ttl !== undefined && ttl !== '5m' && ttl !== '1h')
        }),
    message:
      "1 validation error detected: Value {} at 'cachePoint' failed to satisfy constraint: type must be default, ttl one of [5m, 1h]",
  },
  {
    id: 'cache-point-ttl-unsupported',
    applies: ({ model }) => model.caching !== 'none' && !model.cachesForAnHour,
    check: when(request => cachePoints(request).some(point => pick(point, 'cachePoint', 'ttl') === '1h')),
    message:
      'The model returned the following errors: cache_control.ephemeral.ttl: 1h is not supported for this model.',
  },
  {
    id: 'cache-point-ttl-order',
    check: when(request => {
      const ttls = cachePoints(request).map(point => pick(point, 'cachePoint', 'ttl') ?? '5m')
      return ttls.lastIndexOf('1h') > ttls.indexOf('5m') && ttls.includes('5m') && ttls.includes('1h')
    }),
    message:
      'The model returned the following errors: a ttl=1h cache_control block must not come after a ttl=5m cache_control block, in the order tools, system, messages.',
  },
]

/** In the order in which they cache: tools, system, messages. */
function cachePoints({ body, blocks, tools }: ConverseRequest): readonly unknown[] {
  const all = [...tools, ...arrayOf(body.system), ...blocks.map(place => place.block)]
  return all.filter(block => pick(block, 'cachePoint') !== undefined)
}

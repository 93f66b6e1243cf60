import { arrayOf, type JsonObject, objectOf, pick, stringOf } from '../../json.ts'
import type { ConverseRequest } from '../converse-request.ts'
import { wrongType } from './member-types.ts'
import type { Rule } from './rule.ts'

const CONTENT =
  'text image document video audio toolUse toolResult guardContent cachePoint reasoningContent citationsContent searchResult toolAddition toolRemoval'.split(
    ' ',
  )
const RESULT = 'text json image document video searchResult'.split(' ')
const SYSTEM = ['text', 'guardContent', 'cachePoint']
const TOOL = ['toolSpec', 'systemTool', 'cachePoint']
const BASE64 = /^[a-zA-Z0-9+/]*={0,2}$/

interface Union {
  readonly at: string
  readonly member: JsonObject
  readonly kinds: readonly string[]
}

/** Every member of which Converse takes exactly one kind. */
function unionsOf({ body, blocks, allBlocks, tools }: ConverseRequest): readonly Union[] {
  const places = (list: readonly unknown[], at: string, kinds: readonly string[]) =>
    list.map((member, index) => ({ at: `${at}.${index}`, member: objectOf(member), kinds }))
  return [
    ...places(arrayOf(body.system), 'system', SYSTEM),
    ...places(tools, 'toolConfig.tools', TOOL),
    ...blocks.map(({ at, block }) => ({ at, member: block, kinds: CONTENT })),
    ...allBlocks
      .filter(place => !blocks.includes(place))
      .map(({ at, block }) => ({ at, member: block, kinds: RESULT })),
  ]
}

const given = (member: JsonObject) => Object.keys(member).filter(key => member[key] !== undefined)

/** Rules about the shape of a request, which Bedrock looks at before its model does. */
export const SHAPE_RULES: readonly Rule[] = [
  {
    id: 'member-type',
    check: ({ body }) => wrongType(body),
    message: "1 validation error detected: Value at '{}' failed to satisfy constraint: Member is of the wrong type",
  },
  {
    id: 'block-kind',
    check: request => {
      const offence = unionsOf(request).find(({ member, kinds }) => {
        const [kind, ...others] = given(member)
        return kind === undefined || others.length > 0 || !kinds.includes(kind)
      })
      return (
        offence && `${offence.at}' failed to satisfy constraint: Member must set one of [${offence.kinds.join(', ')}]`
      )
    },
    message: "1 validation error detected: Value at '{}",
  },
  {
    id: 'blob-base64',
    check: ({ allBlocks }) =>
      allBlocks.find(({ block }) =>
        [
          ...['image', 'document', 'video', 'audio'].map(kind => pick(block, kind, 'source', 'bytes')),
          pick(block, 'reasoningContent', 'redactedContent'),
        ].some(bytes => typeof bytes === 'string' && !isBase64(bytes)),
      )?.at,
    message: 'The bytes at {} are not valid base64.',
  },
  {
    id: 'media-source',
    check: ({ allBlocks }) =>
      allBlocks.find(({ block }) =>
        ['image', 'document', 'video', 'audio'].some(kind => {
          if (block[kind] === undefined) return false
          const source = objectOf(pick(block, kind, 'source'))
          const kinds = kind === 'document' ? ['bytes', 's3Location', 'text', 'content'] : ['bytes', 's3Location']
          const [only, ...others] = given(source)
          return only === undefined || others.length > 0 || !kinds.includes(only) || stringOf(source[only]) === ''
        }),
      )?.at,
    message: "1 validation error detected: Value at '{}' failed to satisfy constraint: Member must have one source",
  },
]

/** By its alphabet and length; padding may be missing, but not miscounted. */
function isBase64(text: string): boolean {
  const bare = text.replace(/=+$/, '')
  return BASE64.test(text) && bare.length % 4 !== 1 && (bare === text || text.length % 4 === 0)
}

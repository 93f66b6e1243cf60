import { arrayOf, isJsonObject, type JsonObject, objectOf, pick, stringOf } from '../../../json.ts'
import { missing, type Offence, type ResponseRule, unknownValue } from './response-rule.ts'

/** A kind of value, and whether a value is of it. */
type Kind = readonly [expected: string, is: (value: unknown) => boolean]

const TEXT: Kind = ['a string', value => typeof value === 'string']
const SWITCH: Kind = ['a boolean', value => typeof value === 'boolean']
const WHOLE: Kind = ['an integer', Number.isInteger]
const DECIMAL: Kind = ['a decimal', value => typeof value === 'number']
const LIST: Kind = ['an array of objects', Array.isArray]
const GROUP: Kind = ['an object', isJsonObject]
const NAMES: Kind = [
  'an array of strings',
  value => Array.isArray(value) && value.every(each => typeof each === 'string'),
]
const INPUT: Kind = ['a string or an array of objects', value => typeof value === 'string' || Array.isArray(value)]

const KINDS: Readonly<Record<string, Kind>> = {
  include: NAMES,
  input: INPUT,
  instructions: TEXT,
  max_output_tokens: WHOLE,
  metadata: GROUP,
  parallel_tool_calls: SWITCH,
  prompt_cache_key: TEXT,
  reasoning: GROUP,
  safety_identifier: TEXT,
  store: SWITCH,
  stream: SWITCH,
  stream_options: GROUP,
  temperature: DECIMAL,
  text: GROUP,
  tools: LIST,
  top_logprobs: WHOLE,
  top_p: DECIMAL,
  user: TEXT,
}

/** The values of members that have a few; by their places. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'reasoning.effort': ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
  'reasoning.summary': ['concise', 'detailed', 'auto'],
  'text.format.type': ['json_object', 'json_schema', 'text'],
  'text.verbosity': ['low', 'medium', 'high'],
  truncation: ['auto', 'disabled'],
}

/** Rules about what members are, and which values they may have. */
export const VALUE_RULES: readonly ResponseRule[] = [
  { id: 'member-type', check: ({ body }) => wrongKind(body) },
  {
    id: 'member-value',
    check: ({ body }) => {
      const choice = stringOf(body.tool_choice)
      const choices = ['none', 'auto', 'required']
      if (choice !== undefined && !choices.includes(choice)) return unknownValue(choice, choices, 'tool_choice')
      for (const [place, known] of Object.entries(VALUES)) {
        const value = pick(body, ...place.split('.')) ?? undefined
        if (value !== undefined && !known.some(name => name === value)) return unknownValue(value, known, place)
      }
      return undefined
    },
  },
  {
    id: 'tool-type',
    check: ({ body }) => {
      const at = arrayOf(body.tools).findIndex(tool => pick(tool, 'type') === undefined)
      return at < 0 ? undefined : missing(`tools[${at}].type`)
    },
  },
]

function wrongKind(body: JsonObject): Offence | undefined {
  for (const [name, [expected, is]] of Object.entries(KINDS)) {
    const value = body[name] ?? undefined
    if (value !== undefined && !is(value)) return wrong(name, expected, value)
  }
  const odd = Object.entries(objectOf(body.metadata)).find(([, value]) => typeof value !== 'string')
  return odd && wrong(`metadata.${odd[0]}`, 'a string', odd[1])
}

function wrong(param: string, expected: string, value: unknown): Offence {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${kindOf(value)} instead.`
  return { message, param, code: 'invalid_type' }
}

/** What a value is, in OpenAI's words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

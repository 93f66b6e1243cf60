import { arrayOf, isJsonObject, type JsonObject, numberOf, objectOf, pick, stringOf } from '../../../json.ts'
import { refusedEffort } from '../../rules/effort-rules.ts'
import { looseness } from '../strict-schema.ts'
import { missing, type Offence, type ResponseRule, unknown } from './response-rule.ts'

/** The members that the responses endpoint knows. https://developers.openai.com/api/docs/api-reference/responses/create */
export const RESPONSE_MEMBERS = [
  'access_programs',
  'background',
  'context_management',
  'conversation',
  'image',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'model',
  'moderation',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
] as const

/** What a chat says, and responses say elsewhere. */
const MOVED: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  reasoning_effort: 'reasoning.effort',
  response_format: 'text.format',
  verbosity: 'text.verbosity',
}

/** Members of members. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  reasoning: ['context', 'effort', 'generate_summary', 'mode', 'summary'],
  stream_options: ['include_obfuscation'],
  text: ['format', 'verbosity'],
}

const refusedByReasoning = (name: string): ResponseRule => ({
  id: `${name}-reasoning`,
  check: ({ body, model }) =>
    model.reasons && pick(body.reasoning, 'effort') !== 'none' && (numberOf(body[name]) ?? 1) !== 1
      ? unsupported(name, null)
      : undefined,
})

const between = (name: string, most: number): ResponseRule => ({
  id: name,
  check: ({ body }) => {
    const value = numberOf(body[name])
    if (value === undefined || (value >= 0 && value <= most)) return undefined
    const [word, side, code] =
      value < 0 ? ['below minimum', '>= 0', 'below_min'] : ['above maximum', `<= ${most}`, 'above_max']
    const message = `Invalid '${name}': decimal ${word} value. Expected a value ${side}, but got ${value} instead.`
    return { message, param: name, code: `decimal_${code}_value` }
  },
})

/** Rules about which members there are. */
export const MEMBER_RULES: readonly ResponseRule[] = [
  { id: 'moved-parameter', check: ({ body }) => moved(Object.keys(body).find(name => Object.hasOwn(MOVED, name))) },
  { id: 'unknown-parameter', check: ({ body }) => unknownMember(body) },
]

/** Rules about members but the input and the tools. */
export const PARAMETER_RULES: readonly ResponseRule[] = [
  {
    id: 'max-output-tokens',
    check: ({ body }) => {
      const value = numberOf(body.max_output_tokens)
      if (value === undefined || value >= 16) return undefined
      const param = 'max_output_tokens'
      const message = `Invalid '${param}': integer below minimum value. Expected a value >= 16, but got ${value} instead.`
      return { message, param, code: 'integer_below_min_value' }
    },
  },
  between('temperature', 2),
  between('top_p', 1),
  {
    id: 'stream-options-without-stream',
    check: ({ body }) =>
      isJsonObject(body.stream_options) && body.stream !== true
        ? {
            message: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param: 'stream_options',
          }
        : undefined,
  },
  {
    id: 'effort-none',
    check: ({ body, model }) =>
      refusedEffort(pick(body.reasoning, 'effort'), model, {
        param: 'reasoning.effort',
        says: effort => `'${effort}' is not supported with the '${model.id}' model.`,
      }),
  },
  {
    id: 'effort-without-reasoning',
    check: ({ body, model }) => {
      const name = ['effort', 'summary'].find(member => stringOf(pick(body.reasoning, member)) !== undefined)
      return model.reasons || name === undefined ? undefined : unsupported(`reasoning.${name}`)
    },
  },
  {
    id: 'encrypted-without-reasoning',
    check: ({ body, model }) =>
      !model.reasons && arrayOf(body.include).includes('reasoning.encrypted_content')
        ? { message: 'Encrypted content is not supported with this model.', param: 'include' }
        : undefined,
  },
  refusedByReasoning('temperature'),
  refusedByReasoning('top_p'),
  { id: 'text-format', check: ({ body }) => wrongFormat(objectOf(pick(body.text, 'format'))) },
  {
    id: 'json-word',
    check: ({ body }) =>
      pick(body.text, 'format', 'type') === 'json_object' && !/json/i.test(JSON.stringify(body.input))
        ? {
            message:
              "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
            param: 'input',
          }
        : undefined,
  },
  {
    id: 'previous-response',
    check: ({ body }) => {
      const id = stringOf(body.previous_response_id)
      const [param, code] = ['previous_response_id', 'previous_response_not_found']
      return id === undefined ? undefined : { message: `Previous response with id '${id}' not found.`, param, code }
    },
  },
]

function moved(param: string | undefined): Offence | undefined {
  if (param === undefined) return undefined
  const message = `Unsupported parameter: '${param}'. In the Responses API, this parameter has moved to '${MOVED[param]}'. Try again with the new parameter. See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.`
  return { message, param, code: 'unsupported_parameter' }
}

function unknownMember(body: JsonObject): Offence | undefined {
  const known: readonly string[] = RESPONSE_MEMBERS
  const name = Object.keys(body).find(member => !known.includes(member))
  if (name !== undefined) return unknown(name)
  for (const [outer, names] of Object.entries(INNER)) {
    const inner = Object.keys(objectOf(body[outer])).find(member => !names.includes(member))
    if (inner !== undefined) return unknown(`${outer}.${inner}`)
  }
  return undefined
}

function unsupported(param: string, code: string | null = 'unsupported_parameter'): Offence {
  return { message: `Unsupported parameter: '${param}' is not supported with this model.`, param, code }
}

function wrongFormat(format: JsonObject): Offence | undefined {
  const { type, name, schema, strict } = format
  if (type !== 'json_schema') return undefined
  if (name === undefined) return missing('text.format.name')
  if (schema === undefined) return missing('text.format.schema')
  const odd = Object.keys(format).find(member => !['type', 'name', 'schema', 'strict', 'description'].includes(member))
  if (odd !== undefined) return unknown(`text.format.${odd}`)
  const loose = strict === true ? looseness(schema) : undefined
  if (loose === undefined) return undefined
  const message = `Invalid schema for response_format '${stringOf(name) ?? ''}': ${loose}`
  return { message, param: 'text.format.schema', code: 'invalid_json_schema' }
}

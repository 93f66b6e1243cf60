import { arrayOf, type JsonObject, objectOf, stringOf } from '../../../json.ts'
import { isSealed } from '../sealed-reasoning.ts'
import { missing, type Offence, type ResponseRule, unknown, unknownValue } from './response-rule.ts'

const ROLES = ['assistant', 'system', 'developer', 'user']
const INPUT_PARTS = ['input_text', 'input_image', 'input_file']
const OUTPUT_PARTS = ['output_text', 'refusal']
const PARTS = [
  'input_text',
  'input_image',
  'output_text',
  'refusal',
  'input_file',
  'computer_screenshot',
  'summary_text',
]
const LONGEST_ID = 64

/** What an item is made of. */
interface ItemForm {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  /** What its id begins with. */
  readonly prefix?: string
}

const called = ['id', 'status', 'namespace', 'caller', 'async']
const FORMS: Readonly<Record<string, ItemForm>> = {
  message: { required: ['role', 'content'], optional: ['id', 'status', 'phase'], prefix: 'msg' },
  function_call: { required: ['call_id', 'name', 'arguments'], optional: called, prefix: 'fc' },
  function_call_output: { required: ['call_id', 'output'], optional: called },
  custom_tool_call: { required: ['call_id', 'name', 'input'], optional: called, prefix: 'ctc' },
  custom_tool_call_output: { required: ['call_id', 'output'], optional: called },
  reasoning: { required: ['summary'], optional: ['id', 'content', 'encrypted_content', 'status'], prefix: 'rs' },
  item_reference: { required: ['id'], optional: [] },
}

const itemsOf = (body: JsonObject) => arrayOf(body.input).map(objectOf)
const typeOf = ({ type = 'message' }: JsonObject) => stringOf(type) ?? JSON.stringify(type)

/** A rule that looks at one item after the other. */
const each = (id: string, check: (item: JsonObject, param: string) => Offence | undefined): ResponseRule => ({
  id,
  check: ({ body }) => {
    for (const [at, item] of itemsOf(body).entries()) {
      const offence = check(item, `input[${at}]`)
      if (offence) return offence
    }
    return undefined
  },
})

/** Rules about the input, and what its items are made of. */
export const ITEM_RULES: readonly ResponseRule[] = [
  {
    id: 'input-missing',
    check: ({ body: { input, prompt } }) =>
      prompt === undefined &&
      (input === undefined || input === null || arrayOf(input).length === 0) &&
      input !== String(input)
        ? {
            message: 'One of "input" or "previous_response_id" or \'prompt\' or \'conversation_id\' must be provided.',
            code: 'missing_required_parameter',
          }
        : undefined,
  },
  each('item-type', (item, param) =>
    Object.hasOwn(FORMS, typeOf(item)) ? undefined : unknownValue(item.type, Object.keys(FORMS), param),
  ),
  each('item-role', (item, param) =>
    typeOf(item) === 'message' && item.role !== undefined && !ROLES.includes(stringOf(item.role) ?? '')
      ? unknownValue(item.role, ROLES, `${param}.role`)
      : undefined,
  ),
  each('item-members', (item, param) => {
    const { required = [], optional = [] } = FORMS[typeOf(item)] ?? {}
    const lacking = required.find(name => item[name] === undefined)
    if (lacking !== undefined) return missing(`${param}.${lacking}`)
    const odd = Object.keys(item).find(name => name !== 'type' && !required.includes(name) && !optional.includes(name))
    return odd === undefined ? undefined : unknown(`${param}.${odd}`)
  }),
  each('item-member-types', (item, param) => wrongType(item, param)),
  each('part-type', (item, param) => {
    const at = partsOf(item).findIndex(({ type }) => !PARTS.includes(String(type)))
    return at < 0 ? undefined : unknownValue(partsOf(item)[at]?.type, PARTS, `${param}.${contentOf(item)}[${at}].type`)
  }),
  each('part-side', (item, param) => {
    const known = item.role === 'assistant' ? OUTPUT_PARTS : INPUT_PARTS
    const at = partsOf(item).findIndex(({ type }) => !known.includes(String(type)))
    return at < 0 ? undefined : unknownValue(partsOf(item)[at]?.type, known, `${param}.${contentOf(item)}[${at}]`)
  }),
  each('item-id', (item, param) => {
    const { prefix } = FORMS[typeOf(item)] ?? {}
    const id = stringOf(item.id)
    if (prefix === undefined || id === undefined || id.startsWith(prefix)) return undefined
    const message = `Invalid '${param}.id': '${id}'. Expected an ID that begins with '${prefix}'.`
    return { message, param: `${param}.id`, code: 'invalid_value' }
  }),
  each('id-length', (item, param) => {
    const name = ['id', 'call_id'].find(member => (stringOf(item[member]) ?? '').length > LONGEST_ID)
    if (name === undefined) return undefined
    const length = stringOf(item[name])?.length
    const message = `Invalid '${param}.${name}': string too long. Expected a string with maximum length ${LONGEST_ID}, but got a string with length ${length} instead.`
    return { message, param: `${param}.${name}`, code: 'string_above_max_length' }
  }),
  each('encrypted-content', item => {
    const content = stringOf(item.encrypted_content)
    if (content === undefined || isSealed(content)) return undefined
    const shown = `${content.slice(0, 4)}...${content.slice(-4)}`
    const message = `The encrypted content ${shown} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`
    return { message, code: 'invalid_encrypted_content' }
  }),
  {
    id: 'item-not-stored',
    check: ({ body, stored }) => {
      const lost = itemsOf(body).find(
        item =>
          !stored.has(stringOf(item.id) ?? '') &&
          (item.type === 'item_reference' ||
            (item.type === 'reasoning' && item.id !== undefined && typeof item.encrypted_content !== 'string')),
      )
      if (!lost) return undefined
      const message = `Item with id '${String(lost.id)}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`
      return { status: 404, message, param: 'input', code: null }
    },
  },
  {
    id: 'output-without-call',
    check: ({ body }) => {
      const items = itemsOf(body)
      const lost = items.find((item, at) => isOutput(item) && !items.slice(0, at).some(call => answers(item, call)))
      const message = `No tool call found for ${kindOf(lost)} output with call_id ${String(lost?.call_id)}.`
      return lost === undefined ? undefined : { message, param: 'input' }
    },
  },
  {
    id: 'call-without-output',
    check: ({ body }) => {
      const items = itemsOf(body)
      const lost = items.find((call, at) => isCall(call) && !items.slice(at).some(item => answers(item, call)))
      const message = `No tool output found for ${kindOf(lost)} ${String(lost?.call_id)}.`
      return lost === undefined ? undefined : { message, param: 'input' }
    },
  },
]

function isCall({ type }: JsonObject): boolean {
  return type === 'function_call' || type === 'custom_tool_call'
}

function isOutput({ type }: JsonObject): boolean {
  return type === 'function_call_output' || type === 'custom_tool_call_output'
}

function answers(output: JsonObject, call: JsonObject): boolean {
  return output.type === `${typeOf(call)}_output` && output.call_id === call.call_id
}

function kindOf(item: JsonObject | undefined): string {
  return item !== undefined && typeOf(item).startsWith('custom') ? 'custom tool call' : 'function call'
}

function contentOf(item: JsonObject): 'content' | 'output' {
  return isOutput(item) ? 'output' : 'content'
}

/** A thought's parts are its own kind. */
function partsOf(item: JsonObject): readonly JsonObject[] {
  return item.type === 'reasoning' ? [] : arrayOf(item[contentOf(item)]).map(objectOf)
}

function wrongType(item: JsonObject, param: string): Offence | undefined {
  const texts = ['name', 'arguments', 'input', 'call_id']
  const texted = texts.find(name => item[name] !== undefined && typeof item[name] !== 'string')
  const mixed = ['content', 'output'].find(
    name =>
      item.type !== 'reasoning' &&
      item[name] !== undefined &&
      typeof item[name] !== 'string' &&
      !Array.isArray(item[name]),
  )
  const name = texted ?? mixed
  if (name === undefined) return undefined
  const [expected, got] = [texted ? 'a string' : 'one of an array of objects or string', item[name]]
  const kind = got === null ? 'null' : Array.isArray(got) ? 'an array' : `a ${typeof got}`
  const message = `Invalid type for '${param}.${name}': expected ${expected}, but got ${kind === 'a object' ? 'an object' : kind} instead.`
  return { message, param: `${param}.${name}`, code: 'invalid_type' }
}

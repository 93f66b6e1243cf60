import { arrayOf, type JsonObject, stringOf } from '../../../json.ts'
import { isSealed } from '../sealed-reasoning.ts'
import { each, isOutput, itemsOf, typeOf } from './items.ts'
import { PART_RULES } from './part-rules.ts'
import { missing, type Offence, type ResponseRule, unknown, unknownValue } from './response-rule.ts'
import { kindOf } from './value-rules.ts'

const ROLES = ['assistant', 'system', 'developer', 'user']
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
  function_call_output: { required: ['call_id', 'output'], optional: [...called, 'name'] },
  custom_tool_call: { required: ['call_id', 'name', 'input'], optional: called, prefix: 'ctc' },
  custom_tool_call_output: { required: ['call_id', 'output'], optional: called },
  reasoning: { required: ['summary'], optional: ['id', 'content', 'encrypted_content', 'status'], prefix: 'rs' },
  item_reference: { required: ['id'], optional: [] },
}

/** Rules about the input, and what its items are made of. */
export const ITEM_RULES: readonly ResponseRule[] = [
  {
    id: 'input-missing',
    check: ({ body: { input, prompt } }) =>
      prompt === undefined && typeof input !== 'string' && arrayOf(input).length === 0
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
  ...PART_RULES,
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
  {
    id: 'item-twice',
    check: ({ body }) => {
      const ids = itemsOf(body).flatMap(item => stringOf(item.id) ?? [])
      const twice = ids.find((id, at) => ids.indexOf(id) < at)
      const message = `Duplicate item found with id ${twice}. Remove duplicate items from your input and try again.`
      return twice === undefined ? undefined : { message, param: 'input' }
    },
  },
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
      const message = `No tool call found for ${callKindOf(lost)} output with call_id ${String(lost?.call_id)}.`
      return lost === undefined ? undefined : { message, param: 'input' }
    },
  },
  {
    id: 'call-without-output',
    check: ({ body }) => {
      const items = itemsOf(body)
      const lost = items.find((call, at) => isCall(call) && !items.slice(at).some(item => answers(item, call)))
      const message = `No tool output found for ${callKindOf(lost)} ${String(lost?.call_id)}.`
      return lost === undefined ? undefined : { message, param: 'input' }
    },
  },
]

function isCall({ type }: JsonObject): boolean {
  return type === 'function_call' || type === 'custom_tool_call'
}

function answers(output: JsonObject, call: JsonObject): boolean {
  return output.type === `${typeOf(call)}_output` && output.call_id === call.call_id
}

function callKindOf(item: JsonObject | undefined): string {
  return item !== undefined && typeOf(item).startsWith('custom') ? 'custom tool call' : 'function call'
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
  const message = `Invalid type for '${param}.${name}': expected ${expected}, but got ${kindOf(got)} instead.`
  return { message, param: `${param}.${name}`, code: 'invalid_type' }
}

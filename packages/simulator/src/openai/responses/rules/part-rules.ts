import { arrayOf, type JsonObject, objectOf } from '../../../json.ts'
import { each, isOutput } from './items.ts'
import { missing, type Offence, type ResponseRule, unknown, unknownValue } from './response-rule.ts'

/** What a part may hold beside its type. */
interface PartForm {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

const breakpoint = 'prompt_cache_breakpoint'
const INPUT_PARTS: Readonly<Record<string, PartForm>> = {
  input_text: { required: ['text'], optional: [breakpoint] },
  input_image: { required: [], optional: ['image_url', 'file_id', 'detail', breakpoint] },
  input_file: { required: [], optional: ['file_data', 'file_id', 'file_url', 'filename', 'detail', breakpoint] },
}
const OUTPUT_PARTS: Readonly<Record<string, PartForm>> = {
  output_text: { required: ['text'], optional: ['annotations', 'logprobs'] },
  refusal: { required: ['refusal'], optional: [] },
}
/** As OpenAI lists them: those of items that are not simulated, too. */
const TYPES = [
  'input_text',
  'input_image',
  'output_text',
  'refusal',
  'input_file',
  'computer_screenshot',
  'summary_text',
]

const eachPart = (id: string, check: (part: JsonObject, param: string, item: JsonObject) => Offence | undefined) =>
  each(id, (item, param) => {
    // A thought's parts are its own kind.
    if (item.type === 'reasoning') return undefined
    const member = isOutput(item) ? 'output' : 'content'
    for (const [at, part] of arrayOf(item[member]).entries()) {
      const offence = check(objectOf(part), `${param}.${member}[${at}]`, item)
      if (offence) return offence
    }
    return undefined
  })

/** Rules about the parts that messages and answers of tools are made of. */
export const PART_RULES: readonly ResponseRule[] = [
  eachPart('part-type', ({ type }, param) =>
    TYPES.some(known => known === type) ? undefined : unknownValue(type, TYPES, `${param}.type`),
  ),
  eachPart('part-side', ({ type }, param, { role }) => {
    const known = Object.keys(role === 'assistant' ? OUTPUT_PARTS : INPUT_PARTS)
    return known.some(name => name === type) ? undefined : unknownValue(type, known, param)
  }),
  eachPart('part-members', (part, param) => {
    const { required = [], optional = [] } = { ...INPUT_PARTS, ...OUTPUT_PARTS }[String(part.type)] ?? {}
    const lacking = required.find(name => part[name] === undefined)
    if (lacking !== undefined) return missing(`${param}.${lacking}`)
    const odd = Object.keys(part).find(name => name !== 'type' && !required.includes(name) && !optional.includes(name))
    if (odd !== undefined) return unknown(`${param}.${odd}`)
    if (typeof part.image_url !== 'object' || part.image_url === null) return undefined
    const message = `Invalid type for '${param}.image_url': expected an image URL, but got an object instead.`
    return { message, param: `${param}.image_url`, code: 'invalid_type' }
  }),
]

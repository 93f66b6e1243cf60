import { arrayOf, isJsonObject, type JsonObject, objectOf, pick, stringOf } from '../../json.ts'
import type { BlockAt, ConverseRequest } from '../converse-request.ts'
import { type Rule, when } from './rule.ts'
import { strictSchemaFault } from './schema-faults.ts'

const NAME = /^[a-zA-Z0-9_-]{1,64}$/
const PROPERTY = /^[a-zA-Z0-9_.-]{1,64}$/
const specs = ({ tools }: ConverseRequest) =>
  tools.flatMap(tool => (isJsonObject(tool.toolSpec) ? [tool.toolSpec] : []))
const nameOf = (spec: JsonObject) => stringOf(spec.name) ?? ''
const used = (request: ConverseRequest, kind: 'toolUse' | 'toolResult') =>
  request.blocks.filter(({ block }) => block[kind] !== undefined)
const idOf = ({ block }: BlockAt) =>
  stringOf(pick(block, 'toolUse', 'toolUseId')) ?? stringOf(pick(block, 'toolResult', 'toolUseId')) ?? ''
const choiceOf = ({ body }: ConverseRequest) => pick(body, 'toolConfig', 'toolChoice')
/** Claude's own way to choose, which can say that one call is enough. */
const nativeChoice = ({ model, additional }: ConverseRequest) =>
  objectOf(model.claude ? additional.tool_choice : undefined)
const both = (request: ConverseRequest) => [...used(request, 'toolUse'), ...used(request, 'toolResult')]

/** Rules about what tools are offered and how. */
export const TOOL_RULES: readonly Rule[] = [
  {
    id: 'tools-empty',
    check: when(({ body }) => body.toolConfig !== undefined && arrayOf(pick(body, 'toolConfig', 'tools')).length === 0),
    message:
      "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
  },
  {
    id: 'tools-unsupported',
    applies: ({ model }) => !model.tools,
    check: when(({ body }) => body.toolConfig !== undefined),
    message: "This model doesn't support tool use.",
  },
  {
    id: 'tools-streaming-unsupported',
    applies: ({ model, streaming }) => streaming && !model.streamingTools,
    check: when(({ body }) => body.toolConfig !== undefined),
    message: "This model doesn't support tool use in streaming mode.",
  },
  {
    id: 'tool-name',
    check: request => {
      const at = specs(request).findIndex(spec => !NAME.test(nameOf(spec)))
      return at < 0 ? undefined : `${nameOf(specs(request)[at] ?? {})}' at 'toolConfig.tools.${at}.member.toolSpec.name`
    },
    message:
      "1 validation error detected: Value '{}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
  },
  {
    id: 'tool-name-unique',
    check: request => {
      const names = specs(request).map(nameOf)
      return names.find((name, index) => names.indexOf(name) !== index)
    },
    message: 'The toolConfig field contains duplicate tool names: {}. Give each tool a unique name and try again.',
  },
  {
    id: 'tool-description',
    check: request => {
      const at = specs(request).findIndex(spec => spec.description === '')
      return at < 0 ? undefined : String(at)
    },
    message:
      "1 validation error detected: Value '' at 'toolConfig.tools.{}.member.toolSpec.description' failed to satisfy constraint: Member must have length greater than or equal to 1",
  },
  {
    id: 'tool-schema-object',
    check: request => {
      const at = specs(request).findIndex(spec => pick(spec, 'inputSchema', 'json', 'type') !== 'object')
      return at < 0 ? undefined : String(at)
    },
    message: 'The value at toolConfig.tools.{}.toolSpec.inputSchema.json.type must be one of the following: object.',
  },
  {
    id: 'tool-schema-root',
    applies: ({ model }) => model.claude,
    check: request => {
      const at = specs(request).findIndex(spec => {
        const schema = objectOf(pick(spec, 'inputSchema', 'json'))
        return ['oneOf', 'allOf', 'anyOf'].some(keyword => schema[keyword] !== undefined)
      })
      return at < 0 ? undefined : String(at)
    },
    message:
      'The model returned the following errors: tools.{}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level',
  },
  {
    id: 'tool-property-keys',
    applies: ({ model }) => model.claude,
    check: request => {
      const at = specs(request).findIndex(spec =>
        Object.keys(objectOf(pick(spec, 'inputSchema', 'json', 'properties'))).some(key => !PROPERTY.test(key)),
      )
      return at < 0 ? undefined : String(at)
    },
    message:
      "The model returned the following errors: tools.{}.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'",
  },
  {
    id: 'system-tool-unsupported',
    check: ({ tools, model }) =>
      tools
        .map(tool => stringOf(pick(tool, 'systemTool', 'name')))
        .find(name => name !== undefined && !model.systemTools.includes(name)),
    message: "This model doesn't support the system tool {}. Remove it and try again.",
  },
  {
    id: 'strict-unsupported',
    applies: ({ model }) => !model.strict,
    check: when(request => specs(request).some(spec => spec.strict === true)),
    message: 'The model returned the following errors: tools: strict is not supported for this model.',
  },
  {
    id: 'strict-schema',
    applies: ({ model }) => model.strict,
    check: request =>
      specs(request)
        .filter(spec => spec.strict === true)
        .map(spec => strictSchemaFault(pick(spec, 'inputSchema', 'json')))
        .find(fault => fault !== undefined),
    message: 'The model returned the following errors: tools.0.custom: {}',
  },
  {
    id: 'strict-count',
    check: request => {
      const count = specs(request).filter(spec => spec.strict === true).length
      return count > 20 ? String(count) : undefined
    },
    message: 'The model returned the following errors: tools: at most 20 strict tools are supported, found {}.',
  },
  {
    id: 'tool-choice-without-tools',
    check: request => {
      const wanted = stringOf(pick(choiceOf(request), 'tool', 'name')) ?? stringOf(nativeChoice(request).name)
      return wanted === undefined || specs(request).some(spec => nameOf(spec) === wanted) ? undefined : wanted
    },
    message: 'The toolConfig.toolChoice.tool.name field names the tool {}, which is not among toolConfig.tools.',
  },
  {
    id: 'tool-choice-unsupported',
    check: request =>
      (['any', 'tool'] as const).find(
        kind =>
          !request.model.toolChoices.includes(kind) &&
          (pick(choiceOf(request), kind) !== undefined || nativeChoice(request).type === kind),
      ),
    message:
      "This model doesn't support the toolConfig.toolChoice.{} field. Remove toolConfig.toolChoice.{} and try again.",
  },
  {
    id: 'tool-choice-none',
    check: request => {
      const choice = choiceOf(request)
      const kinds = Object.keys(objectOf(choice))
      if (choice !== undefined && kinds.length !== 1) return kinds.join(', ')
      return kinds.find(kind => !['auto', 'any', 'tool'].includes(kind))
    },
    message:
      "1 validation error detected: Value '{}' at 'toolConfig.toolChoice' failed to satisfy constraint: Member must set one of the following keys: auto, any, tool",
  },
  {
    id: 'tool-config-missing',
    applies: ({ body }) => body.toolConfig === undefined,
    check: when(request => both(request).length > 0),
    message: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  },
  {
    id: 'tool-use-id',
    check: request => both(request).find(place => !/^[a-zA-Z0-9_.:-]{1,64}$/.test(idOf(place)))?.at,
    message:
      "1 validation error detected: Value at '{}.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+ and have length less than or equal to 64",
  },
  {
    id: 'tool-use-id-nine',
    applies: ({ model }) => model.toolUseId === 'nine',
    check: request =>
      both(request)
        .map(idOf)
        .find(id => !/^[a-zA-Z0-9]{9}$/.test(id)),
    message:
      'The model returned the following errors: Tool call id was {} but must be a-z, A-Z, 0-9, with a length of 9.',
  },
  {
    id: 'tool-use-id-unique',
    check: request => {
      const ids = used(request, 'toolUse').map(idOf)
      return ids.find((id, index) => ids.indexOf(id) !== index)
    },
    message: 'The model returned the following errors: messages: `tool_use` ids must be unique. Found {} twice.',
  },
  {
    id: 'tool-use-name',
    check: request =>
      used(request, 'toolUse').find(({ block }) => !NAME.test(stringOf(pick(block, 'toolUse', 'name')) ?? ''))?.at,
    message:
      "1 validation error detected: Value at '{}.toolUse.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+ and have length less than or equal to 64",
  },
  {
    id: 'tool-input-object',
    check: request => used(request, 'toolUse').find(({ block }) => !isJsonObject(pick(block, 'toolUse', 'input')))?.at,
    message: 'The value at {}.toolUse.input is invalid. Provide a json object for the field and try again.',
  },
]

import { isJsonObject, parseJson, pick, stringOf } from '../../json.ts'
import type { ConverseRequest } from '../converse-request.ts'
import { type Rule, when } from './rule.ts'
import { strictSchemaFault, strictTotalFault } from './schema-faults.ts'

const format = ({ body }: ConverseRequest) => pick(body, 'outputConfig', 'textFormat')
const jsonSchema = (request: ConverseRequest) => pick(format(request), 'structure', 'jsonSchema')
const nativeFormat = ({ additional }: ConverseRequest) => pick(additional, 'output_config', 'format')
const written = (request: ConverseRequest) => stringOf(pick(jsonSchema(request), 'schema'))
/** The schema, whichever way it came. */
const schemaOf = (request: ConverseRequest) => {
  const text = written(request)
  return text === undefined ? pick(nativeFormat(request), 'schema') : parseJson(text)
}

/** Every schema that must be obeyed, tools' among them. */
const allSchemas = (request: ConverseRequest) => [
  ...request.tools.flatMap(tool =>
    pick(tool, 'toolSpec', 'strict') === true ? [pick(tool, 'toolSpec', 'inputSchema', 'json')] : [],
  ),
  schemaOf(request),
]

/** Rules about answers that must obey a JSON Schema. */
export const STRUCTURED_OUTPUT_RULES: readonly Rule[] = [
  {
    id: 'structured-output-unsupported',
    applies: ({ model }) => model.structuredOutput === 'none',
    check: when(request => format(request) !== undefined || nativeFormat(request) !== undefined),
    message:
      "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.",
  },
  {
    id: 'structured-output-schema-string',
    check: when(request => {
      const schema = pick(jsonSchema(request), 'schema')
      return schema !== undefined && typeof schema !== 'string'
    }),
    message:
      "1 validation error detected: Value at 'outputConfig.textFormat.structure.jsonSchema.schema' failed to satisfy constraint: Member must be a string",
  },
  {
    id: 'structured-output-shape',
    check: request => {
      if (format(request) === undefined) return undefined
      if (pick(format(request), 'type') !== 'json_schema') return 'type must be json_schema'
      const schema = pick(jsonSchema(request), 'schema')
      if (schema === undefined) return 'structure.jsonSchema.schema must be set'
      return typeof schema !== 'string' || isJsonObject(parseJson(schema))
        ? undefined
        : 'structure.jsonSchema.schema must hold a JSON object'
    },
    message: "1 validation error detected: Value at 'outputConfig.textFormat' failed to satisfy constraint: {}",
  },
  {
    id: 'structured-output-name',
    check: request => {
      const name = stringOf(pick(jsonSchema(request), 'name'))
      return name === undefined || /^[a-zA-Z0-9_-]{1,64}$/.test(name) ? undefined : name
    },
    message:
      "1 validation error detected: Value '{}' at 'outputConfig.textFormat.structure.jsonSchema.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]{1,64}",
  },
  {
    id: 'structured-output-schema',
    applies: ({ model }) => model.structuredOutput === 'native',
    check: request => strictSchemaFault(schemaOf(request)),
    message: 'The model returned the following errors: output_config.format.schema: {}',
  },
  {
    id: 'strict-total',
    applies: ({ model }) => model.structuredOutput === 'native',
    check: request => {
      const schemas = allSchemas(request)
      return schemas.some(schema => schema !== undefined && strictSchemaFault(schema) !== undefined)
        ? undefined
        : strictTotalFault(schemas)
    },
    message: 'The model returned the following errors: {}',
  },
]

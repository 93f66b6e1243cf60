import { put } from '../edit-json.ts'
import { ask, models } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const schema = { type: 'object', properties: {}, additionalProperties: false }
const outputConfig = (written: unknown) => ({
  textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: written } } },
})

const told = (more: object) =>
  inBody(put('outputConfig.textFormat', { type: 'json_schema', structure: { jsonSchema: { schema: '{}', ...more } } }))

const thirteen = Object.fromEntries(Array.from({ length: 13 }, (_none, at) => [`m${at}`, { type: 'string' }]))

/** Wrong steps in asking for an answer that obeys a schema. */
export const structuredOutputSteps: WrongTranslations = {
  'structured-output-unsupported': {
    wrong: 'asks every model for structured output',
    request: ask({ model: models.nova }),
    step: inBody(put('outputConfig', outputConfig(JSON.stringify(schema)))),
  },
  'structured-output-schema-string': {
    wrong: 'sends the schema of the output as an object',
    request: ask(),
    step: inBody(put('outputConfig', outputConfig(schema))),
  },
  'structured-output-shape': {
    wrong: "says OpenAI's json_object, which Converse has no word for",
    request: ask(),
    step: inBody(put('outputConfig.textFormat', { type: 'json_object' })),
  },
  'structured-output-name': {
    wrong: "passes on a schema's name with its blanks",
    request: ask(),
    step: told({ name: 'my answer', schema: JSON.stringify(schema) }),
  },
  'strict-total': {
    wrong: 'keeps a schema strict whatever it leaves open',
    request: ask({ response_format: { type: 'json_object' } }),
    step: inBody(
      put('toolConfig', {
        tools: ['a', 'b'].map(name => ({
          toolSpec: { name, strict: true, inputSchema: { json: { ...schema, properties: thirteen } } },
        })),
      }),
    ),
  },
  'structured-output-schema': {
    wrong: 'leaves keywords in a schema that no grammar is compiled of',
    request: ask(),
    step: told({ schema: JSON.stringify({ ...schema, properties: { age: { type: 'integer', minimum: 0 } } }) }),
  },
}

import type { JsonSchema } from './chat-tool.ts'

/**
 * What shape the answer's text shall have.
 * @see https://developers.openai.com/api/docs/guides/structured-outputs
 */
export type ResponseFormat = TextResponseFormat | JsonObjectResponseFormat | JsonSchemaResponseFormat

/** Plain text: the default. */
export interface TextResponseFormat {
  readonly type: 'text'
}

/** Some JSON object. OpenAI refuses it unless a message mentions the word JSON. */
export interface JsonObjectResponseFormat {
  readonly type: 'json_object'
}

/** JSON that follows a schema. */
export interface JsonSchemaResponseFormat {
  readonly type: 'json_schema'
  readonly json_schema: NamedJsonSchema
}

/** `strict` defaults to `false`; when true the model cannot leave the schema, which must then stay in OpenAI's subset. */
export interface NamedJsonSchema {
  readonly name: string
  readonly description?: string
  readonly schema?: JsonSchema
  readonly strict?: boolean | null
}

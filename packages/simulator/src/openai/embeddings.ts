import { embed } from '../brain/embed.ts'
import { countTokens } from '../brain/tokens.ts'
import { arrayOf, type JsonObject, numberOf, objectOf, stringOf } from '../json.ts'
import { type Failure, type Script, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import { type OpenaiModel, openaiModel, unknownModel } from './models.ts'
import { openaiHeaders } from './openai-dialect.ts'

const MAX_INPUTS = 2048

/** One input: text, or the ids of tokens. */
type Input = string | readonly number[]

/** Handles `POST /v1/embeddings`. */
export function embeddings({ world, body: received, model: id }: Visit): Script {
  const body = objectOf(received)
  const model = openaiModel(id)
  const inputs = inputsOf(body.input)
  const failure = embeddingFault(body, id, { model, inputs })
  if (failure) return world.openai.failure(failure)
  const dimensions = numberOf(body.dimensions) ?? model?.dimensions ?? 1536
  const tokens = inputs?.reduce(
    (sum, input) => sum + (typeof input === 'string' ? countTokens(input) : input.length),
    0,
  )
  const data = inputs?.map((input, index) => {
    const vector = embed(typeof input === 'string' ? input : input.join(' '), dimensions)
    return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? base64Of(vector) : vector }
  })
  const usage = { prompt_tokens: tokens, total_tokens: tokens }
  const text = JSON.stringify({ object: 'list', data, model: id, usage })
  return wholeScript(world.openai, { status: 200, headers: openaiHeaders(world.random), text })
}

function inputsOf(input: unknown): readonly Input[] | undefined {
  const isTokens = (value: unknown): value is readonly number[] =>
    Array.isArray(value) && value.length > 0 && value.every(Number.isInteger)
  if (typeof input === 'string') return [input]
  if (isTokens(input)) return [input]
  const list = arrayOf(input)
  const inputs = list.filter((item): item is Input => typeof item === 'string' || isTokens(item))
  return inputs.length === list.length && list.length > 0 ? inputs : undefined
}

interface Found {
  readonly model: OpenaiModel | undefined
  readonly inputs: readonly Input[] | undefined
}

function embeddingFault(body: JsonObject, id: string, { model, inputs }: Found): Failure | undefined {
  const refuse = (message: string, param: string | undefined): Failure => ({ status: 400, message, param })
  if (stringOf(body.model) === undefined) return refuse('you must provide a model parameter', undefined)
  if (!model) return unknownModel(id)
  if (model.kind !== 'embedding')
    return { status: 403, message: `You are not allowed to generate embeddings from this model`, code: null }
  if (!inputs)
    return refuse(
      "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
      'input',
    )
  if (inputs.includes('')) return refuse("'$.input' cannot contain empty strings.", 'input')
  if (inputs.length > MAX_INPUTS) return refuse(`'input' must have at most ${MAX_INPUTS} items.`, 'input')
  const wanted = numberOf(body.dimensions)
  if (wanted !== undefined && !model.shortens)
    return refuse('This model does not support specifying dimensions.', 'dimensions')
  if (wanted !== undefined && (wanted < 1 || wanted > (model.dimensions ?? 0)))
    return refuse(
      `Invalid value for 'dimensions' = ${wanted}. Must be less than or equal to ${model.dimensions}.`,
      'dimensions',
    )
  return undefined
}

/** Little-endian 32-bit floats, which OpenAI's SDK asks for unless told otherwise. */
function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, component] of vector.entries()) bytes.writeFloatLE(component, index * 4)
  return bytes.toString('base64')
}

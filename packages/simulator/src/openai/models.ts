import type { Failure } from '../script.ts'

/** A model of the simulated OpenAI. */
export interface OpenaiModel {
  readonly id: string
  readonly kind: 'chat' | 'embedding'
  /** Thinks before it answers, and refuses max_tokens. */
  readonly reasons: boolean
  /** Takes tools in chat completions only where it does not reason. */
  readonly callsInResponses: boolean
  /** Cannot be told not to reason. */
  readonly alwaysReasons: boolean
  /**
   * Answers as the servers of open models do: its thoughts are told, under `reasoning`; streamed tool calls are counted from 1; every
   * call has the same id.
   */
  readonly quirks: boolean
  /** Begins its content with its thoughts, in tags. */
  readonly tagsThoughts: boolean
  /** Length of its vectors. */
  readonly dimensions: number | undefined
  /** Whether `dimensions` may ask for fewer. */
  readonly shortens: boolean
}

const chat = (id: string): OpenaiModel => ({
  id,
  kind: 'chat',
  reasons: false,
  callsInResponses: false,
  alwaysReasons: false,
  quirks: false,
  tagsThoughts: false,
  dimensions: undefined,
  shortens: false,
})
const reasoning = (id: string): OpenaiModel => ({ ...chat(id), reasons: true })
const callingInResponses = (id: string): OpenaiModel => ({ ...reasoning(id), callsInResponses: true })
const embedding = (id: string, dimensions: number, shortens: boolean): OpenaiModel => ({
  ...chat(id),
  kind: 'embedding',
  dimensions,
  shortens,
})

/** Every model the simulated OpenAI has. */
export const OPENAI_MODELS: readonly OpenaiModel[] = [
  ...['gpt-3.5-turbo', 'gpt-4', 'gpt-4-turbo', 'gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano'].map(
    chat,
  ),
  ...['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o1', 'o3', 'o3-mini', 'o4-mini'].map(reasoning),
  ...['gpt-6-sol', 'gpt-6-luna', 'gpt-5.6-sol', 'gpt-5.6-luna'].map(callingInResponses),
  ...['gpt-6.1-sol', 'gpt-6.1-terra'].map(id => ({ ...callingInResponses(id), alwaysReasons: true })),
  embedding('text-embedding-3-small', 1536, true),
  embedding('text-embedding-3-large', 3072, true),
  embedding('text-embedding-ada-002', 1536, false),
]

/** The models of OpenAI's family that Bedrock serves on its own OpenAI-compatible path: one as its runtime answers, one with the quirks of its newer endpoint. */
export const BEDROCK_OPENAI_MODELS: readonly OpenaiModel[] = [
  { ...chat('openai.gpt-oss-20b-1:0'), tagsThoughts: true },
  { ...chat('openai.gpt-oss-120b-1:0'), quirks: true },
]

/** Looks a model up. */
export function openaiModel(id: string, models: readonly OpenaiModel[] = OPENAI_MODELS): OpenaiModel | undefined {
  return models.find(model => model.id === id)
}

/** OpenAI's 404 for a model it does not have. */
export function unknownModel(id: string): Failure {
  const message = `The model \`${id}\` does not exist or you do not have access to it.`
  return { status: 404, message, code: 'model_not_found' }
}

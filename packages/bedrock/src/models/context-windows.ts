import { baseModelOf } from './model-id.ts'

/**
 * Tokens of prompt and answer together, by prefix of the base model id; the first hit wins. Models that are given more on request,
 * as Claude Sonnet 4 is by a beta header, are not told: their window is what the request makes it.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
const windows: readonly (readonly [prefix: string, tokens: number])[] = [
  ['anthropic.claude-3', 200_000],
  ['anthropic.claude-haiku-4-5', 200_000],
  ['anthropic.claude-opus-4-1', 200_000],
  ['anthropic.claude-opus-4-20', 200_000],
  ['anthropic.claude-opus-4-5', 200_000],
  ['amazon.nova-micro', 128_000],
  ['amazon.nova-lite', 300_000],
  ['amazon.nova-pro', 300_000],
  ['amazon.nova-premier', 1_000_000],
  ['meta.llama3-8b', 8_192],
  ['meta.llama3-70b', 8_192],
  ['meta.llama3-1', 131_072],
  ['meta.llama3-2', 131_072],
  ['meta.llama3-3', 131_072],
  ['cohere.command-r', 131_072],
  ['openai.gpt-oss', 131_072],
]

/** The context window of a model, by its id, profile id or ARN; `undefined` where it is not known. */
export function contextWindowOf(model: string): number | undefined {
  const base = baseModelOf(model)
  return windows.find(([prefix]) => base.startsWith(prefix))?.[1]
}

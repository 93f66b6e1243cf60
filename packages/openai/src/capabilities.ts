import type { Provider, TargetCapabilities } from '@modelgate/core'
import { isOpenAIHost } from './prices.ts'

const seeing = (contextTokens: number): TargetCapabilities => ({ contextTokens, audio: 0 })
const blind = (contextTokens: number): TargetCapabilities => ({ contextTokens, images: 0, audio: 0 })
const embedding: TargetCapabilities = { operations: ['embeddings'] }

/**
 * By the beginning of the id, fine-tuned ones by that of their base; the first hit wins. Of a model that is not
 * here, and of what its row does not tell, nothing is known: calls may try it.
 * @see https://developers.openai.com/api/docs/models
 */
const rows: readonly (readonly [beginning: RegExp, capabilities: TargetCapabilities])[] = [
  [/^text-embedding-/, embedding],
  [/^gpt-3\.5-turbo(?:$|-0125|-1106|-16k)/, blind(16_385)],
  [/^gpt-4(?:$|-0613|-0314)/, blind(8_192)],
  [/^gpt-4-turbo(?:$|-20)/, seeing(128_000)],
  [/^gpt-4o(?:-mini)?(?:$|-20)/, seeing(128_000)],
  [/^gpt-4\.1(?:$|-)/, seeing(1_047_576)],
  [/^o3-mini(?:$|-)/, blind(200_000)],
  [/^o(?:1|3|4-mini)(?:$|-20)/, seeing(200_000)],
  [/^gpt-5(?:-mini|-nano)?(?:$|-20)/, seeing(400_000)],
  [/^gpt-6\.[12]-(?:sol|terra)(?:$|-20)/, seeing(1_050_000)],
]

/** What OpenAI's models can do, at a base URL that is asked for at the first question. Elsewhere a name may stand for anything. */
export function capabilitiesAt(baseURL: () => string): NonNullable<Provider['capabilitiesOf']> {
  let isOwn: boolean | undefined
  return model => {
    isOwn ??= isOpenAIHost(baseURL())
    return isOwn ? capabilitiesOf(model) : undefined
  }
}

/** What a model of OpenAI's can do, as far as it is known. */
export function capabilitiesOf(model: string): TargetCapabilities | undefined {
  const name = model.startsWith('ft:') ? (model.split(':')[1] ?? '') : model
  return rows.find(([beginning]) => beginning.test(name))?.[1]
}

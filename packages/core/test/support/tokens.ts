import type { Usage } from '../../src/index.ts'

/** Tokens as price pages count them: each kind apart. */
export interface Tokens {
  /** Of the prompt: neither cached nor spoken. */
  readonly plain?: number
  readonly out?: number
  readonly read?: number
  readonly write5m?: number
  readonly write1h?: number
  readonly heard?: number
  readonly spoken?: number
}

/** The same tokens as an answer reports them: `prompt_tokens` are all of the prompt's. */
export function usageOf(tokens: Tokens): Usage {
  const { plain = 0, out = 0, read = 0, write5m = 0, write1h = 0, heard = 0, spoken = 0 } = tokens
  const prompt = plain + read + write5m + write1h + heard
  return {
    prompt_tokens: prompt,
    completion_tokens: out + spoken,
    total_tokens: prompt + out + spoken,
    prompt_tokens_details: {
      cached_tokens: read,
      cache_write_tokens: write5m + write1h,
      audio_tokens: heard,
      cache_creation_token_details: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    },
    completion_tokens_details: { audio_tokens: spoken },
  }
}

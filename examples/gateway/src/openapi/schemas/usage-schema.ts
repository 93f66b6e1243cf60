import * as z from 'zod'
import { component, optional } from './component.ts'

const tokens = optional(z.number())

export const usageSchema = component(
  'Usage',
  z.object({
    prompt_tokens: z.number(),
    completion_tokens: z.number(),
    total_tokens: z.number(),
    prompt_tokens_details: optional(
      z.object({
        cached_tokens: tokens,
        cache_write_tokens: tokens,
        cache_creation_token_details: optional(
          z.object({ ephemeral_5m_input_tokens: tokens, ephemeral_1h_input_tokens: tokens }),
        ),
        audio_tokens: tokens,
        image_tokens: tokens,
        text_tokens: tokens,
      }),
    ),
    completion_tokens_details: optional(
      z.object({
        reasoning_tokens: tokens,
        accepted_prediction_tokens: tokens,
        rejected_prediction_tokens: tokens,
        audio_tokens: tokens,
        text_tokens: tokens,
      }),
    ),
  }),
  { description: 'Tokens, as the provider counted them. `prompt_tokens` includes cached ones.' },
)

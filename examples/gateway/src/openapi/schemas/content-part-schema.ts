import * as z from 'zod'
import { component, optional } from './component.ts'

export const cacheControlSchema = component(
  'CacheControl',
  z.object({ type: z.literal('ephemeral'), ttl: optional(z.enum(['5m', '1h'])) }),
  {
    description:
      "Anthropic's mark for the end of a prompt prefix worth caching. A provider without a prompt cache drops it.",
  },
)

const breakpoint = component(
  'PromptCacheBreakpoint',
  z.object({ mode: z.literal('explicit'), ttl: optional(z.enum(['30m', '12h'])) }),
  { description: "OpenAI's mark for the end of a prompt prefix worth caching." },
)

const cached = { prompt_cache_breakpoint: optional(breakpoint), cache_control: optional(cacheControlSchema) }

export const textPartSchema = component('TextPart', z.object({ type: z.literal('text'), text: z.string(), ...cached }))

const imagePart = component(
  'ImagePart',
  z.object({
    type: z.literal('image_url'),
    image_url: z.object({
      url: z.string().describe('An `https:` address, or a `data:` URL with base64.'),
      detail: optional(z.enum(['auto', 'low', 'high', 'original'])),
    }),
    ...cached,
  }),
)

const inputAudioPart = component(
  'InputAudioPart',
  z.object({
    type: z.literal('input_audio'),
    input_audio: z.object({ data: z.string().describe('Bare base64.'), format: z.enum(['wav', 'mp3']) }),
    ...cached,
  }),
)

const filePart = component(
  'FilePart',
  z.object({
    type: z.literal('file'),
    file: z.object({
      file_data: optional(z.string().describe('A `data:` URL with base64.')),
      file_id: optional(z.string()),
      filename: optional(z.string()),
    }),
    ...cached,
  }),
)

export const refusalPartSchema = component(
  'RefusalPart',
  z.object({ type: z.literal('refusal'), refusal: z.string(), cache_control: optional(cacheControlSchema) }),
)

export const contentPartSchema = component(
  'ContentPart',
  z.union([textPartSchema, imagePart, inputAudioPart, filePart]),
)

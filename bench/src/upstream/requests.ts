import { type Asked, type Mode, paceOf } from '../asked.ts'
import type { Lane } from './answers.ts'

const models: Readonly<Record<'chat' | 'embeddings', Readonly<Record<Lane, string>>>> = {
  chat: { openai: 'gpt-4o-mini', bedrock: 'us.anthropic.claude-3-5-haiku-20241022-v1:0' },
  embeddings: { openai: 'text-embedding-3-small', bedrock: 'cohere.embed-multilingual-v3' },
}

/** Where each lane's calls go at the upstream. Nothing of it is looked at but its beginning and end. */
export function modelOf(lane: Lane, mode: Mode): string {
  return models[mode === 'embeddings' ? mode : 'chat'][lane]
}

/** The path of an answer at the upstream. */
export function upstreamPath(lane: Lane, mode: Mode): string {
  const isStream = paceOf[mode] !== undefined
  if (lane === 'openai') return `${paceRoot(mode)}/v1/${mode === 'embeddings' ? mode : 'chat/completions'}`
  const action = mode === 'embeddings' ? 'invoke' : `converse${isStream ? '-stream' : ''}`
  return `${paceRoot(mode)}/model/${encodeURIComponent(modelOf(lane, mode))}/${action}`
}

/** What the gateway's base URL or endpoint ends in, so that its calls get answers of that pace. */
export function paceRoot(mode: Mode): string {
  return pacePath(paceOf[mode])
}

/** The same of a pace in milliseconds. */
export function pacePath(paceMs: number | undefined): string {
  return paceMs === undefined ? '' : `/pace/${paceMs}`
}

/** What a cell asks for. `model`: as the one who is asked calls it. */
export function requestOf({ lane, kilobytes, mode }: Asked, model?: string): string {
  const asked = model ?? `${lane}/${modelOf(lane, mode)}`
  const bytes = kilobytes * 1_000
  return mode === 'embeddings' ? embeddingsRequest(asked, bytes) : chatRequest(asked, bytes, paceOf[mode] !== undefined)
}

/** As many as Cohere's models take at once. */
export const textsPerRequest = 96

/** 96 texts, together of about this many bytes. Vectors as base64, as OpenAI's own clients ask for them. */
function embeddingsRequest(model: string, bytes: number): string {
  const input = Array.from({ length: textsPerRequest }, (_text, index) =>
    `Parcel ${index} `.padEnd(bytes / textsPerRequest, 'was last seen in Lyon. '),
  )
  return JSON.stringify({ model, input, encoding_format: 'base64' })
}

/** A chat request of about this many bytes: a system prompt, some turns, and a long last one. */
function chatRequest(model: string, bytes: number, stream: boolean): string {
  const request = (filler: string): string =>
    JSON.stringify({
      model,
      messages: [
        {
          role: 'system',
          content: 'You answer in the language of the question, briefly, and say when you do not know.',
        },
        { role: 'user', content: 'Which of our parcels are late today, and "why"?' },
        { role: 'assistant', content: 'Two are late:\n1. PX-2231, held by customs.\n2. PX-2240, missed its train.' },
        { role: 'user', content: filler },
      ],
      temperature: 0.2,
      max_tokens: 512,
      ...(stream && { stream: true }),
    })
  // About as many line breaks and quotes as prose has: to a JSON parser they are what a prompt costs.
  const sentence =
    'The parcel left the depot at noon and was last seen in Lyon, where the rain held it up for an hour.\nAsk the "driver" by telephone where it is now, and when it will be here.\n'
  const missing = bytes - Buffer.byteLength(request(''))
  let filler = ''
  while (Buffer.byteLength(JSON.stringify(filler)) - 2 < missing) filler += sentence
  return request(filler)
}

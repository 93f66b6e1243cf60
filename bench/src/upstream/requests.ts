import type { Lane } from './answers.ts'

/** Where each lane's calls go at the upstream. Nothing of it is looked at but its beginning and end. */
export const models: Readonly<Record<Lane, string>> = {
  openai: 'gpt-4o-mini',
  bedrock: 'us.anthropic.claude-3-5-haiku-20241022-v1:0',
}

/** The path of an answer at the upstream. `pace`: milliseconds between frames, 0 for all in one burst; absent: not a stream. */
export function upstreamPath(lane: Lane, pace: number | undefined): string {
  const stream = pace !== undefined
  if (lane === 'openai') return `${paceRoot(pace)}/v1/chat/completions`
  return `${paceRoot(pace)}/model/${encodeURIComponent(models.bedrock)}/converse${stream ? '-stream' : ''}`
}

/** What the gateway's base URL or endpoint ends in, so that its calls get answers of that pace. */
export function paceRoot(pace: number | undefined): string {
  return pace === undefined ? '' : `/pace/${pace}`
}

/** A chat request of about this many bytes: a system prompt, some turns, and a long last one. */
export function chatRequest(lane: Lane, bytes: number, stream: boolean): string {
  const request = (filler: string): string =>
    JSON.stringify({
      model: `${lane}/${models[lane]}`,
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

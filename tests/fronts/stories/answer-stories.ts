import { expect } from 'vitest'
import { key, told } from '../front-rig.ts'
import type { FrontStory } from '../front-story.ts'

interface Completion {
  readonly model: string
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[]
}

const contentOf = (text: string): string | undefined => (JSON.parse(text) as Completion).choices[0]?.message.content

/** What the pieces of a stream add up to. */
function streamed(text: string): string {
  const events = text.split('\n\n').filter(event => event.startsWith('data: {'))
  const chunks = events.map(
    event => JSON.parse(event.slice(6)) as { choices: readonly { delta: { content?: string } }[] },
  )
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
}

/** Whole answers, streams and the rest that a gateway gives. */
export const answerStories: readonly FrontStory[] = [
  {
    name: 'a chat is answered whole, and the answer tells how it came about',
    async tell(rig) {
      const asked = rig.chat('Say exactly: the door is open', { headers: { ...key, 'x-request-id': 'order-66_a.b' } })
      const { status, headers, text } = await told(asked)
      expect([status, contentOf(text)]).toEqual([200, 'the door is open'])
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'application/json',
        'x-request-id': 'order-66_a.b',
        'x-modelgate-route': 'fast',
        'x-modelgate-provider': 'openai',
        'x-modelgate-attempts': expect.stringMatching(/^openai\/gpt-4o-mini;200;\d+ms$/),
        'x-modelgate-cost-usd': expect.stringMatching(/^0\.0*[1-9]/),
      })
      expect(await rig.reported(1)).toMatchObject([{ callId: 'order-66_a.b', status: 'completed', userId: 'caller' }])
      expect(rig.errors).toEqual([])
    },
  },
  ...['fast', 'team/smart'].map<FrontStory>(model => ({
    name: `a chat on ${model} is streamed, to [DONE]`,
    async tell(rig) {
      const { status, headers, text } = await told(rig.chat('Count to 12', { model, stream: true }))
      expect(status).toBe(200)
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        'x-modelgate-route': model,
      })
      expect(text.match(/\n\n/g)!.length).toBeGreaterThan(5)
      expect(streamed(text)).toMatch(/^1\b.*\b12\b/)
      expect(text).toMatch(/"finish_reason":"stop"[^\n]*\n\ndata: \[DONE\]\n\n$/)
      expect(await rig.reported(1)).toMatchObject([{ status: 'completed', stream: true }])
    },
  })),
  {
    name: 'a stream ends with a comment of what it cost, where its client asks for one',
    async tell(rig) {
      const headers = { ...key, 'x-modelgate-report': 'comment' }
      const { text } = await told(rig.chat('Say exactly: so', { stream: true, headers }))
      expect(text).toMatch(/\n\n: modelgate \{[^\n]*"costUsd":0\.0[^\n]*\}\n\ndata: \[DONE\]\n\n$/)
    },
  },
  {
    name: 'text of any script arrives as it was sent, both ways, whole and streamed',
    async tell(rig) {
      const words = 'Grüße, 世界 🚀 \u2028 “so”'
      expect(contentOf((await told(rig.chat(`Say exactly: ${words}`))).text)).toBe(words)
      const { text } = await told(rig.chat(`Say exactly: ${words}`, { stream: true, model: 'team/smart' }))
      expect(streamed(text)).toBe(words)
    },
  },
  {
    name: 'a body of 2 MB is read whole',
    needs: ['takes bodies of 2 MB'],
    async tell(rig) {
      const body = `{"model":"fast",${' '.repeat(2_000_000)}"messages":[{"role":"user","content":"Say exactly: read"}]}`
      const { status, text } = await told(rig.post('/v1/chat/completions', body))
      expect([status, contentOf(text)]).toEqual([200, 'read'])
    },
  },
  {
    name: 'texts are embedded',
    async tell(rig) {
      const { status, text } = await told(rig.post('/v1/embeddings', '{"model":"embed","input":["alpha","beta"]}'))
      expect(status).toBe(200)
      const { data } = JSON.parse(text) as { data: readonly { index: number; embedding: readonly number[] }[] }
      expect(data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
        [0, 1536],
        [1, 1536],
      ])
    },
  },
  {
    name: 'models are listed, and found by ids with slashes and behind queries',
    async tell(rig) {
      const { text } = await told(rig.ask('/v1/models?limit=3', { headers: key }))
      const { data } = JSON.parse(text) as { data: readonly { id: string }[] }
      expect(data.map(({ id }) => id)).toEqual(['fast', 'team/smart', 'embed'])
      for (const path of ['/v1/models/team/smart', '/v1/models/team%2Fsmart', '/v1/models/team%2Fsmart?a=1&a=2']) {
        const found = await told(rig.ask(path, { headers: key }))
        expect([path, JSON.parse(found.text)]).toMatchObject([path, { id: 'team/smart', object: 'model' }])
      }
    },
  },
  {
    name: 'thirty callers at once each get their own answer',
    async tell(rig) {
      const callers = Array.from({ length: 30 }, (_, index) => `caller ${index}`)
      const answers = await Promise.all(
        callers.map(async (name, index) => {
          const stream = index % 2 === 1
          const headers = { ...key, 'x-request-id': `id-${index}` }
          const { text, ...got } = await told(rig.chat(`Say exactly: ${name}`, { stream, headers }))
          return [got.headers.get('x-request-id'), stream ? streamed(text) : contentOf(text)]
        }),
      )
      expect(answers).toEqual(callers.map((name, index) => [`id-${index}`, name]))
    },
  },
]

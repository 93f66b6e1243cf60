import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoKey } from './chat-over-http.ts'
import { type Running, runGateway } from './run-gateway.ts'

describe('the openai SDK against the gateway app', () => {
  let gateway: Running
  let client: OpenAI
  beforeAll(async () => {
    gateway = await runGateway()
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: demoKey, maxRetries: 0 })
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  it.each(['gpt-4o-mini', 'fast', 'smart', 'anthropic.claude-3-sonnet-20240229-v1:0', 'openai/gpt-4.1'])(
    'streams a chat with %s',
    async model => {
      const stream = await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Tell me of the sea' }],
        stream: true,
        stream_options: { include_usage: true },
      })
      let content = ''
      let finished: string | null | undefined
      let tokens = 0
      for await (const chunk of stream) {
        content += chunk.choices[0]?.delta.content ?? ''
        finished ??= chunk.choices[0]?.finish_reason
        tokens = chunk.usage?.total_tokens ?? tokens
      }
      expect(content).toContain('sea')
      expect(finished).toBe('stop')
      expect(tokens).toBeGreaterThan(0)
    },
  )

  it('gets a whole answer', async () => {
    const answer = await client.chat.completions.create({
      model: 'fast',
      messages: [{ role: 'user', content: 'Hello' }],
    })
    expect(answer.choices[0]?.message.content).toContain('Hello')
  })

  it('is told which model is not known', async () => {
    const asked = client.chat.completions.create({
      model: 'nobody-knows',
      messages: [{ role: 'user', content: 'Hello' }],
    })
    await expect(asked).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })
})

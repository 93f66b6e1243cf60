import nock from 'nock'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openai } from '../src/index.ts'
import { batchesOf, chat, passed } from './support/calls.ts'
import { answer } from './support/sse.ts'

const sent = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] }

beforeEach(() => {
  nock.disableNetConnect()
  vi.stubEnv('OPENAI_API_KEY', 'sk-from-environment')
  vi.stubEnv('OPENAI_BASE_URL', undefined)
})
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  vi.unstubAllEnvs()
})

const api = () => nock('https://api.openai.com', { reqheaders: { authorization: 'Bearer sk-from-environment' } })

test('by default a chat reaches api.openai.com with the key of OPENAI_API_KEY', async () => {
  const scope = api()
    .post('/v1/chat/completions', sent)
    .reply(200, { model: 'gpt-4o-mini', choices: [{ index: 0, finish_reason: 'stop' }] })
  const result = await chat(openai())
  expect(result.kind).toBe('completion')
  scope.done()
})

test('by default a stream reaches api.openai.com and asks for its usage', async () => {
  const body = { ...sent, stream: true, stream_options: { include_usage: true } }
  const scope = api()
    .post('/v1/chat/completions', body)
    .reply(200, answer('Hel', 'lo'), { 'content-type': 'text/event-stream' })
  const result = await chat(openai(), { stream: true })
  expect((await passed(batchesOf(result))).contents).toBe('Hello')
  scope.done()
})

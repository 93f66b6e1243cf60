import { createGateway, type Gateway } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { type FastifyPluginCallback, fastify } from 'fastify'
import { expect, it } from 'vitest'
import { readmeSnippet } from './fronts/readme-snippet.ts'

it('the plugin of the README keeps the headers that hooks have set, without which no browser reads an answer, whole, streamed or an error', async () => {
  const gateway = createGateway({ providers: [scriptedProvider('us', ['hello'])], auth: 'none' })
  const { modelgate } = await readmeSnippet<{ modelgate: (gateway: Gateway) => FastifyPluginCallback }>(
    'packages/core/README.md',
    "from 'fastify'",
  )
  const app = fastify()
  // As @fastify/cors does.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', 'https://shop.example').header('vary', ['Origin', 'Accept'])
  })
  app.register(modelgate(gateway), { prefix: '/llm' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const messages = [{ role: 'user', content: 'Hi' }]
  for (const [status, body] of [
    [200, { model: 'us/nova', messages }],
    [200, { model: 'us/nova', messages, stream: true }],
    [400, { model: 'us/nova' }],
  ] as const) {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/llm/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(answer.headers.get('vary')).toBe('Origin, Accept')
    await answer.text()
  }
  app.server.closeAllConnections()
  await app.close()
  await gateway.close()
})

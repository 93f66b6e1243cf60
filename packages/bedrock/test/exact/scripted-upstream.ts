import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Call, completedOutcome, type Result, streamResult } from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import type { AnswerRules } from '../../src/answer/answer-rules.ts'
import { toBatches } from '../../src/answer/chat-stream.ts'
import { toChatCompletion } from '../../src/answer/converse-response.ts'
import { createStreamTranslator } from '../../src/answer/stream.ts'
import { bedrock } from '../../src/index.ts'
import { createToolNames } from '../../src/tools/tool-names.ts'
import { createBedrockApi } from '../../src/upstream/bedrock-api.ts'
import { resolveEndpoints } from '../../src/upstream/endpoints.ts'
import { createHttpRuntime } from '../../src/upstream/http-runtime.ts'
import { createSigner } from '../../src/upstream/sign.ts'

/** What the upstream answers; its status is 200 by default. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/** An upstream over a real socket that answers what it is told: the simulator's models say nothing of many kinds. */
export interface ScriptedUpstream extends AsyncDisposable {
  /** A chat that is answered so. With `rules`, the answer is read by them and not by those of the request. */
  chat(call: Call<'chat'>, reply: Reply, rules?: Partial<AnswerRules>): Promise<Result<'chat'>>
}

export async function scriptedUpstream(): Promise<ScriptedUpstream> {
  let reply: Reply = { body: '' }
  const server = createServer((request, response) => {
    request.resume()
    const type = request.url?.endsWith('-stream') ? 'application/vnd.amazon.eventstream' : 'application/json'
    const headers = { 'content-type': type, 'x-amzn-requestid': 'r-1', ...reply.headers }
    response.writeHead(reply.status ?? 200, headers).end(reply.body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = bedrock({ endpoint, region: 'us-east-1', bearerToken: 't' })
  const transport = nodeTransport()
  const runtime = createHttpRuntime(
    createBedrockApi({
      endpoints: resolveEndpoints({ endpoint, region: 'us-east-1' }, {}),
      transport,
      authorizer: { authorize: () => ({ kind: 'bearer', token: 't' }), forget: () => false },
      sign: createSigner('us-east-1'),
    }),
  )

  async function readBy(
    rules: Partial<AnswerRules>,
    { request, signal, context }: Call<'chat'>,
  ): Promise<Result<'chat'>> {
    const { model } = request
    const head = { id: 'chatcmpl-r-1', created: 1, model, toolNames: createToolNames([]), ...rules }
    const asked = { model, body: { messages: [] }, signal }
    if (!request.stream) {
      const value = toChatCompletion((await runtime.converse(asked)).answer, head)
      return { kind: 'completion', completion: { value }, settled: Promise.resolve(completedOutcome({})) }
    }
    const { events } = await runtime.converseStream(asked)
    const includeUsage = request.stream_options?.include_usage === true
    const translator = createStreamTranslator({ head, includeUsage })
    const batches = events.read(toBatches(translator))
    return streamResult({ batches, facts: translator.facts, signal, startedAt: context.startedAt })
  }

  return {
    chat(call, next, rules) {
      reply = next
      if (rules) return readBy(rules, call)
      const { chat } = provider.handlers
      if (!chat) throw new Error('no chats')
      return chat(call)
    },
    async [Symbol.asyncDispose]() {
      await provider.close?.()
      await transport.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

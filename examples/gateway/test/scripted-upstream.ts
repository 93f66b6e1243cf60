import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an upstream says, whole and piece by piece. */
export interface Script {
  readonly message: object
  readonly deltas: readonly object[]
  readonly logprobs?: object | undefined
  readonly finishReason: string
}

/** An upstream that speaks OpenAI's language, and says what the simulator does not. */
export interface ScriptedUpstream extends AsyncDisposable {
  readonly baseURL: string
  script: Script | undefined
}

const head = { id: 'chatcmpl-1', created: 1_760_000_000, model: 'scripted' }
const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 }

export async function scriptedUpstream(): Promise<ScriptedUpstream> {
  const server = createServer((request, response) => {
    void request.toArray().then(pieces => {
      const { stream } = JSON.parse(Buffer.concat(pieces as Buffer[]).toString()) as { readonly stream?: boolean }
      const { script } = upstream
      if (!script) return response.writeHead(500).end('{}')
      response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
      return response.end(stream ? eventsOf(script) : wholeOf(script))
    })
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const upstream: ScriptedUpstream = {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    script: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => void server.close(resolve))
    },
  }
  return upstream
}

function wholeOf({ message, logprobs, finishReason }: Script): string {
  const said = { role: 'assistant', content: null, refusal: null, ...message }
  const choices = [{ index: 0, message: said, logprobs: logprobs ?? null, finish_reason: finishReason }]
  return JSON.stringify({ ...head, object: 'chat.completion', choices, usage })
}

function eventsOf({ deltas, logprobs, finishReason }: Script): string {
  const object = 'chat.completion.chunk'
  const chunkOf = (delta: object, finish_reason: string | null): object => {
    return { ...head, object, choices: [{ index: 0, delta, finish_reason, logprobs: finish_reason ? null : logprobs }] }
  }
  const chunks = [
    ...deltas.map(delta => chunkOf(delta, null)),
    chunkOf({}, finishReason),
    { ...head, object, choices: [], usage },
  ]
  return `${chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`
}

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'

/** What every answer should say: long enough for many frames. */
export const spoken =
  'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. 日本語のテキスト、🎉 naïve café, “quoted” – Ελληνικά и русский 🚀.'

/** An answer as it came over the wire, and what OpenAI's own client made of it. */
export interface StoryAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What the client could show. */
  readonly content: string
  /** What it threw. */
  readonly error: unknown
}

export interface Asking {
  readonly model: string
  readonly stream: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Told each piece of content. */
  readonly onContent?: () => void
}

/** OpenAI's own client, over a socket, with a copy of what came. */
export class StoryClient {
  readonly #server: Server

  constructor(server: Server) {
    this.#server = server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async ask({ model, stream, headers, signal, onContent }: Asking): Promise<StoryAnswer> {
    let kept: KeptAnswer | undefined
    // Not the client's own signal: it closes what it has read to its last event, and the rest would be lost.
    const keeping: typeof fetch = async (input, init) => {
      kept = keepAnswer(await fetch(input, { ...init, signal: signal ?? null }))
      return kept.answer
    }
    const client = new OpenAI({ baseURL: `${this.url}/v1`, apiKey: 'sk-story', maxRetries: 0, fetch: keeping })
    const messages = [{ role: 'user' as const, content: `Say exactly: ${spoken}` }]
    let content = ''
    let error: unknown
    try {
      if (stream) {
        const chunks = await client.chat.completions.create({ model, messages, stream }, { headers })
        for await (const chunk of chunks) {
          // An event that is passed on though nobody knows it has none.
          content += (chunk.choices as typeof chunk.choices | undefined)?.[0]?.delta.content ?? ''
          if (content !== '') onContent?.()
        }
      } else {
        const completion = await client.chat.completions.create({ model, messages }, { headers })
        content = completion.choices[0]?.message.content ?? ''
      }
    } catch (thrown) {
      error = thrown
    }
    if (!kept || signal?.aborted) throw error
    const { answer, text } = kept
    return { status: answer.status, headers: answer.headers, text: await text, content, error }
  }

  /** A request that asks no upstream, and whose headers tell how the caller stands. */
  async models(): Promise<Headers> {
    const answer = await fetch(`${this.url}/v1/models`, { headers: { authorization: 'Bearer sk-story' } })
    await answer.arrayBuffer()
    return answer.headers
  }
}

interface KeptAnswer {
  readonly answer: Response
  /** All of the body, once it has come. */
  readonly text: Promise<string>
}

/** The answer read by read, and a copy of what was read. */
function keepAnswer({ status, headers, body }: Response): KeptAnswer {
  const { promise: text, resolve, reject } = Promise.withResolvers<string>()
  text.catch(() => undefined)
  const decoder = new TextDecoder()
  let isWanted = true
  const copied = new ReadableStream<Uint8Array>({
    async start(controller) {
      let read = ''
      try {
        for await (const bytes of body ?? []) {
          read += decoder.decode(bytes, { stream: true })
          if (isWanted) controller.enqueue(bytes)
        }
        resolve(read)
        if (isWanted) controller.close()
      } catch (error) {
        reject(error as Error)
        controller.error(error)
      }
    },
    cancel() {
      isWanted = false
    },
  })
  return { answer: new Response(copied, { status, headers }), text }
}

import { randomBytes } from 'node:crypto'
import { abortError, fromFetchResponse, GatewayError, isGatewayError, readBody, toFetchError } from '@modelgate/core'
import { type ApiKey, askForKey, sendableKey } from '../api-key.ts'
import { throwUpstreamError } from '../errors.ts'
import { parseAnswer } from '../json-answer.ts'
import { secretsIn, toUpstream, type Upstream } from '../upstream.ts'

/** OpenAI's files and batches, and with whose key. */
interface FilesApiOptions {
  /** For messages. */
  readonly id: string
  /** Without a slash at its end. */
  readonly baseURL: () => string
  readonly apiKey: ApiKey
  /** Instead of our own of the same name, which are in lower case as these are. */
  readonly headers: Readonly<Record<string, string>>
}

/** One request. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly signal: AbortSignal
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A form with one file, whose bytes are never held all at once. */
interface FileForm {
  readonly filename: string
  readonly bytes: AsyncIterable<Uint8Array>
  /** Fields behind the file, asked for once its bytes have ended. */
  readonly fields: () => Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** The part of OpenAI's API that is about files and batches, over the platform's fetch: bodies go out as they come. */
export class FilesApi {
  readonly #options: FilesApiOptions

  constructor(options: FilesApiOptions) {
    this.#options = options
  }

  /** What is answered, as JSON. @throws {GatewayError} what any status but 2xx means; `upstream_bad_response` */
  async json({ json, headers, ...request }: ApiRequest): Promise<unknown> {
    const body = json === undefined ? {} : { body: JSON.stringify(json) }
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    return readAnswer(await this.#send({ ...request, headers: { ...type, ...headers } }, body), request.signal)
  }

  /** The bytes that are answered. */
  async *bytes(request: ApiRequest): AsyncGenerator<Uint8Array, void, void> {
    const { response } = await this.#send(request, {})
    if (response.body) yield* response.body
  }

  async upload({ signal, ...form }: FileForm): Promise<unknown> {
    const boundary = `modelgate-${randomBytes(16).toString('hex')}`
    let fault: unknown
    const pieces = formOf(form, boundary)
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await pieces.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          fault = error
          controller.error(error)
        }
      },
      cancel: async () => void (await pieces.return()),
    })
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
    try {
      const sent = { body, duplex: 'half' } as RequestInit
      return await readAnswer(await this.#send({ method: 'POST', path: '/files', signal, headers }, sent), signal)
    } catch (error) {
      // What was wrong with the file, and not that its sending broke off for it.
      throw fault ?? error
    }
  }

  async #send({ method, path, signal, headers }: Omit<ApiRequest, 'json'>, body: RequestInit): Promise<Answer> {
    const { id, baseURL, apiKey, headers: own } = this.#options
    const key = typeof apiKey === 'function' ? await askForKey(apiKey, id) : sendableKey(apiKey, id)
    const base = baseURL()
    let response: Response
    try {
      response = await fetch(`${base}${path}`, {
        ...body,
        method,
        headers: { authorization: `Bearer ${key}`, ...headers, ...own },
        signal,
        redirect: 'manual',
      })
    } catch (cause) {
      if (signal.aborted) throw abortError(signal)
      if (isGatewayError(cause)) throw cause
      throw toFetchError(cause, URL.canParse(base) ? new URL(base).host : base)
    }
    const upstream = toUpstream(id, [key, ...secretsIn(own)])
    if (response.ok) return { response, upstream }
    return throwUpstreamError(fromFetchResponse(response, signal), upstream, Date.now()).catch(error => {
      throw response.status === 409 && isGatewayError(error) ? conflict(error) : error
    })
  }
}

interface Answer {
  readonly response: Response
  readonly upstream: Upstream
}

/** Not by `response.json()`: that takes any length, and what it throws quotes the answer, which no log may hold. */
async function readAnswer({ response, upstream }: Answer, signal: AbortSignal): Promise<unknown> {
  return parseAnswer(await readBody(fromFetchResponse(response, signal).body), upstream).value
}

/** A chat that got a 409 is worth another try. Here the file or batch is in a state that does not allow what was asked: trying again changes nothing. */
function conflict({ message, param, cause }: GatewayError): GatewayError {
  return new GatewayError('invalid_request', message, { status: 409, param, cause })
}

async function* formOf(
  { filename, bytes, fields }: Omit<FileForm, 'signal'>,
  boundary: string,
): AsyncGenerator<Uint8Array, void, void> {
  const field = (name: string, value: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const named = filename.replace(/[\r\n"]/g, each => encodeURIComponent(each))
  yield Buffer.from(
    `${field('purpose', 'batch')}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${named}"\r\ncontent-type: application/jsonl\r\n\r\n`,
  )
  yield* bytes
  const rest = Object.entries(fields()).map(([name, value]) => field(name, value))
  yield Buffer.from(`\r\n${rest.join('')}--${boundary}--\r\n`)
}

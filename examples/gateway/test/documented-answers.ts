import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { OpenApiDocument } from '../src/openapi/openapi-document.ts'

/** A request and the head of its answer. */
export interface AnswerHead {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
}

/** An answer that the document does not describe. */
export class UndocumentedAnswer extends Error {
  override readonly name = 'UndocumentedAnswer'
}

interface Response {
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

/** Headers of which the document tells all there are. */
const ours = /^(x-modelgate-|x-ratelimit-|ratelimit|x-request-id$|x-should-retry$|retry-after$|www-authenticate$)/
const errorResponse: Response = { content: { 'application/json': { schema: ref('/components/schemas/Error') } } }
/** What browsers ask before they send; a document has no place for it. */
const preflight: Response = { headers: { 'x-request-id': {} } }
const known = { 404: 'not_found', 405: 'method_not_allowed' } as const

function ref(pointer: string): { readonly $ref: string } {
  return { $ref: `document#${pointer}` }
}

/** Says of answers whether a document describes them. */
export class DocumentedAnswers {
  private readonly document: OpenApiDocument
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false })
  private readonly compiled = new Map<string, ValidateFunction>()

  constructor(document: OpenApiDocument) {
    this.document = document
    this.ajv.addSchema({ ...document, $id: 'document' })
  }

  /**
   * Checks status, media type and headers. What it gives back checks the body as it comes.
   * @throws {UndocumentedAnswer}
   */
  check(head: AnswerHead): BodyCheck {
    const { method, status, headers } = head
    const response = this.responseOf(head)
    this.checkHeaders(head, response)
    if (method === 'HEAD' || status === 204) return new BodyCheck(() => undefined, 'text/plain')
    const type = headers.get('content-type')?.split(';')[0] ?? ''
    const schema = response.content?.[type]?.schema
    if (!schema) throw new UndocumentedAnswer(`${told(head)} comes as '${type}', of which the document says nothing.`)
    const validate = this.validatorOf(schema)
    return new BodyCheck(value => {
      if (validate(value)) return
      const faults = this.ajv.errorsText(validate.errors)
      throw new UndocumentedAnswer(`${told(head)}: ${faults}: ${JSON.stringify(value).slice(0, 500)}`)
    }, type)
  }

  /** The description of an answer: by its status, else by its class. */
  private responseOf(head: AnswerHead): Response {
    const { method, status } = head
    const operations = this.operationsAt(head.path.split('?')[0]!)
    if (method === 'OPTIONS' && status === 204) return preflight
    const operation = operations?.[method === 'HEAD' ? 'get' : method.toLowerCase()]
    if (!operation) {
      const expected = operations ? 405 : 404
      if (status === expected) return errorResponse
      throw new UndocumentedAnswer(`${told(head)}: the document does not have it, so it is to be ${known[expected]}.`)
    }
    const found = operation.responses[status] ?? operation.responses[`${Math.floor(status / 100)}XX`]
    if (!found) throw new UndocumentedAnswer(`${told(head)}: the document has no such status.`)
    const { $ref: name } = found as { readonly $ref?: string }
    return (name ? this.document.components.responses[name.split('/').at(-1)!] : found) as Response
  }

  private operationsAt(path: string): OpenApiDocument['paths'][string] | undefined {
    const at = (bare: string): string | undefined =>
      Object.keys(this.document.paths).find(known => known === bare) ??
      Object.keys(this.document.paths).find(known => patternOf(known)?.test(bare))
    const found = at(path) ?? (path.startsWith('/v1/') ? at(path.slice('/v1'.length)) : undefined)
    return found === undefined ? undefined : this.document.paths[found]
  }

  private checkHeaders(head: AnswerHead, { headers = {}, content }: Response): void {
    // Answers to what is not there have the headers of errors.
    if (content === errorResponse.content) return
    for (const name of head.headers.keys()) {
      if (!ours.test(name)) continue
      if (!(name in headers)) throw new UndocumentedAnswer(`${told(head)} has the header ${name}, which is not told.`)
      const validate = this.validatorOf(ref(`/components/headers/${name}/schema`))
      const value = head.headers.get(name)
      // As a guard it would narrow what the message then tells.
      const isTold: boolean = validate(value)
      if (!isTold) throw new UndocumentedAnswer(`${told(head)} has ${name}: ${value}, which is not as told.`)
    }
    const expected = ['x-request-id', ...(head.status === 429 ? ['retry-after'] : [])]
    for (const name of expected) {
      if (name in headers && !head.headers.has(name)) throw new UndocumentedAnswer(`${told(head)} lacks ${name}.`)
    }
  }

  private validatorOf(schema: object): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"#/', '"document#/')
    const found = this.compiled.get(text) ?? this.ajv.compile(JSON.parse(text) as object)
    this.compiled.set(text, found)
    return found
  }
}

/** Checks a body as it comes: whole, or event by event. */
export class BodyCheck {
  private readonly check: (value: unknown) => void
  private readonly type: string
  private text = ''

  constructor(check: (value: unknown) => void, type: string) {
    this.check = check
    this.type = type
  }

  /** @throws {UndocumentedAnswer} */
  take(text: string): void {
    this.text += text
    if (this.type !== 'text/event-stream') return
    const events = this.text.split('\n\n')
    this.text = events.pop()!
    for (const event of events) this.takeEvent(event)
  }

  /** @throws {UndocumentedAnswer} */
  end(): void {
    if (this.type === 'application/json') this.check(JSON.parse(this.text))
    else if (this.type !== 'text/event-stream') this.check(this.text)
  }

  private takeEvent(event: string): void {
    const data = event
      .split('\n')
      .filter(line => line.startsWith('data:'))
      .map(line => line.slice('data:'.length).trim())
      .join('\n')
    if (data !== '') this.check(data === '[DONE]' ? data : JSON.parse(data))
  }
}

function told({ method, path, status }: AnswerHead): string {
  return `${method} ${path} → ${status}`
}

function patternOf(path: string): RegExp | undefined {
  if (!path.includes('{')) return undefined
  const escaped = path.replace(/[.+*?^$()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\{\w+\}/g, '.+')}$`)
}

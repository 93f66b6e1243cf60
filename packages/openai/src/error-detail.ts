/** What an upstream's error body or event says, as far as it could be read. */
export interface ErrorDetail {
  readonly message?: string | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly param?: string | undefined
  /** Some servers put the HTTP status into `error.code`, which is all there is of it inside a stream. */
  readonly status?: number | undefined
}

/**
 * Reads the shapes in use: OpenAI's `{ error: { message, type, param, code } }`, `{ error: "text" }` (Ollama), a flat
 * `{ object: "error", message }` (vLLM), `{ detail }` (FastAPI), and any of them in an array (Gemini's compatible API).
 * @see https://developers.openai.com/api/docs/guides/error-codes
 */
export function errorDetail(body: unknown): ErrorDetail {
  const outer = recordOf(Array.isArray(body) ? body[0] : body)
  if (typeof outer.error === 'string') return { message: outer.error }
  if (outer.detail !== undefined) return fastApiDetail(outer.detail)
  const error = outer.error === undefined ? outer : recordOf(outer.error)
  const code = error.code
  return {
    message: stringOf(error.message),
    type: stringOf(error.type),
    code: stringOf(code),
    param: stringOf(error.param),
    status: statusOf(code),
  }
}

/** Whether a stream event reports an error rather than a chunk. */
export function isErrorEvent(event: unknown): boolean {
  const { error, object, type } = recordOf(event)
  return Boolean(error) || object === 'error' || type === 'error'
}

function fastApiDetail(detail: unknown): ErrorDetail {
  const first = recordOf(Array.isArray(detail) ? detail[0] : undefined)
  const location = Array.isArray(first.loc) ? first.loc.filter(part => part !== 'body').join('.') : undefined
  return { message: stringOf(detail) ?? stringOf(first.msg), param: location || undefined }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function statusOf(code: unknown): number | undefined {
  const status = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : undefined
}

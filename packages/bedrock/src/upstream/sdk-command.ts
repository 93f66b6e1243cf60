import { isJsonObject } from '../wire/json.ts'

/** What the SDK knows of a command under way. */
interface CommandContext {
  readonly endpointV2?: unknown
}
type Step<Args, Result> = (args: Args) => Promise<Result>
/** A middleware that fits every step of the SDK's stack. */
type Middleware = <Args, Result extends object>(next: Step<Args, Result>, context: CommandContext) => Step<Args, Result>

/** A command that is not sent yet. */
interface SdkCommand {
  readonly middlewareStack: { add(middleware: Middleware, options: object): void }
}

/** What a command's way through its client tells that neither answer nor error do. */
export interface Passage {
  /** Whether the client was still after its region, its credentials and its endpoint. */
  isAuthorizing(): boolean
  /** The answer's, by lower-case name; none where the client is a stub. */
  headers(): Readonly<Record<string, string | undefined>>
  /** The answer's, which older versions of the SDK do not note on every error. */
  status(): number | undefined
  /** Whether the answer's HTTP/2 stream was closed before its end: the SDK then ends it as if it were whole. */
  isCut(): boolean
}

/**
 * Makes a command send one request, whatever retries its client is configured for, since the gateway alone retries. The client's
 * own stack is left as it is: what a command adds, or puts in the place of a middleware of the same name, is its own.
 * @see https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function sendOnce({ middlewareStack }: SdkCommand): Passage {
  let context: CommandContext | undefined
  let response: unknown
  middlewareStack.add(next => next, {
    // Name, step and priority must all be those of the SDK's own, or both would run.
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  })
  middlewareStack.add(
    (next, ofCommand) => args => {
      context = ofCommand
      return next(args)
    },
    { step: 'serialize', priority: 'high' },
  )
  middlewareStack.add(
    next => async args => {
      const result = await next(args)
      response = 'response' in result ? result.response : undefined
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  return {
    // The endpoint is resolved last, and then stands in the context.
    isAuthorizing: () => context !== undefined && context.endpointV2 === undefined,
    headers: () => headersOf(response),
    status: () => statusOf(response),
    isCut: () => rstCodeOf(response) !== 0,
  }
}

/** The headers of what the SDK calls a response, which may be anything. */
export function headersOf(response: unknown): Readonly<Record<string, string | undefined>> {
  const headers = isJsonObject(response) ? response.headers : undefined
  return isJsonObject(headers) ? (headers as Record<string, string | undefined>) : {}
}

function statusOf(response: unknown): number | undefined {
  const status = isJsonObject(response) ? response.statusCode : undefined
  return typeof status === 'number' ? status : undefined
}

/** @see https://nodejs.org/api/http2.html#http2streamrstcode */
function rstCodeOf(response: unknown): unknown {
  const body = isJsonObject(response) ? response.body : undefined
  return isJsonObject(body) ? (body.rstCode ?? 0) : 0
}

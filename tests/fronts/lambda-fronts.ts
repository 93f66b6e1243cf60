import { Buffer } from 'node:buffer'
import {
  type LambdaContext,
  type LambdaHandlerOptions,
  type ProxyResult,
  toLambdaHandler,
  toLambdaStreamHandler,
} from '@modelgate/aws/lambda'
import {
  albEvent,
  functionUrlEvent,
  installLambdaShim,
  restApiEvent,
  type SentRequest,
} from '@modelgate/aws/lambda/testing'
import type { Front, Mount } from './front.ts'

const cannot: Front['cannot'] = {
  'sees its client leave': 'Lambda tells a function nothing of a client who leaves',
  'has routes of its own beside the gateway': 'there is no host around it that could have routes',
  'keeps connections, which an answer may close': 'AWS keeps the connection, and frames the answer itself',
}
const whole: Front['cannot'] = {
  ...cannot,
  'gives what it has before the answer is whole': 'the answer goes out when the handler returns',
  'waits for a slow reader': 'the answer is whole before anybody reads it',
}

/** An event of each kind that AWS sends a function for a request. */
const kinds: Readonly<Record<string, (sent: SentRequest) => unknown>> = {
  'a REST API': restApiEvent,
  'an HTTP API, with a stage in its path': sent => functionUrlEvent({ ...sent, stage: 'prod' }),
  'a function URL': functionUrlEvent,
  'a load balancer': sent => albEvent(sent),
  'a load balancer with multi-value headers': sent => albEvent(sent, { multiValue: true }),
}

/** A gateway on Lambda, whole for each kind of event, and streaming for both that can. */
export const lambdaFronts: readonly Front[] = [
  ...Object.entries(kinds).map<Front>(([kind, eventOf]) => ({
    name: `Lambda, whole, by ${kind}`,
    cannot: kind.startsWith('a load balancer')
      ? { ...whole, 'takes bodies of 2 MB': 'a load balancer takes 1 MB for a function' }
      : whole,
    async open(gateway, mount) {
      const handler = toLambdaHandler(gateway, optionsOf(mount))
      return {
        ask: async (path, init) => responseOf(await handler(eventOf(sentOf(path, init)), context)),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }
    },
  })),
  ...(['a function URL', 'a REST API'] as const).map<Front>(kind => ({
    name: `Lambda, streaming, by ${kind}`,
    cannot,
    async open(gateway, mount) {
      using shim = installLambdaShim()
      const handler = toLambdaStreamHandler(gateway, optionsOf(mount))
      return {
        async ask(path, init) {
          const invocation = shim.invoke(handler, kinds[kind]!(sentOf(path, init)))
          const { statusCode: status, headers } = await invocation.prelude
          return new Response(ReadableStream.from(invocation.pieces()), {
            status,
            headers,
          })
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }
    },
  })),
]

const optionsOf = ({ basePath, principal }: Mount): LambdaHandlerOptions => ({ basePath, principal: () => principal })

const context: LambdaContext = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

function sentOf(path: string, { method, headers, body }: RequestInit = {}): SentRequest {
  return { path, method, headers: Object.fromEntries(new Headers(headers)), body: body ?? undefined }
}

function responseOf({ statusCode, headers, multiValueHeaders, body, isBase64Encoded }: ProxyResult): Response {
  const sent = new Headers(headers)
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    for (const value of values) sent.append(name, value)
  }
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  return new Response(bytes, { status: statusCode, headers: sent })
}

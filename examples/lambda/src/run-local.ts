import { functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import { startSimulator } from '@modelgate/simulator'
import { showEvent } from './show-event.ts'

const apiKey = 'local-key'
/** A developer's own shell may hold these; each would be used in place of the simulator's keys. */
const ownCredentials = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK']
const question = 'Why is the sky blue?'

export interface LocalRun {
  readonly handlerUrl: URL
  readonly print: (line: string) => void
  /** How long the simulated model pauses after each piece. */
  readonly frameDelayMs: number
}

/**
 * Invokes a bundled handler as Lambda would, with the simulator for Bedrock, and prints what happens as it happens.
 * @returns whether the stream ended with `[DONE]`.
 */
export async function runLocal({ handlerUrl, print, frameDelayMs }: LocalRun): Promise<boolean> {
  await using simulator = await startSimulator({ frameDelayMs })
  using shim = installLambdaShim()
  const [credential] = simulator.credentials
  for (const name of ownCredentials) delete process.env[name]
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
    AWS_ACCESS_KEY_ID: credential?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credential?.secretAccessKey,
    MODELGATE_API_KEY: apiKey,
  })
  print(`Bedrock is the simulator at ${simulator.url}; the Lambda runtime is a shim in this process.`)

  const { handler } = (await import(handlerUrl.href)) as { readonly handler: unknown }
  const event = functionUrlEvent({
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: { stream: true, messages: [{ role: 'user', content: question }] },
  })
  print(`\nIn:  a function URL event, ${event.requestContext.http.method} ${event.rawPath}, asking "${question}"`)
  const startedAt = performance.now()
  const invocation = shim.invoke(handler, event)
  const { statusCode, headers } = await invocation.prelude
  print(`\nOut: the prelude, status ${statusCode}`)
  for (const [name, value] of Object.entries(headers)) print(`       ${name}: ${value}`)

  print('\n     and the stream, each piece as it arrives')
  const decoder = new TextDecoder()
  let body = ''
  for await (const piece of invocation.pieces()) {
    const text = decoder.decode(piece, { stream: true })
    body += text
    const after = `${Math.round(performance.now() - startedAt)} ms`.padStart(7)
    for (const event of text.split('\n\n').filter(Boolean)) print(`     ${after}  ${showEvent(event)}`)
  }
  await invocation.returned
  const whole = body.endsWith('data: [DONE]\n\n')
  print(whole ? '\nThe stream is whole: it ended with [DONE].' : '\nThe stream is not whole: it ended without [DONE].')
  return whole
}

import { bedrock } from '@modelgate/bedrock'
import { createGateway, type Gateway } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { type RecordedRequest, type Simulator, startSimulator } from '@modelgate/simulator'
import { signedFetch } from '../../packages/simulator/test/signed-fetch.ts'
import type { Sent, WrongTranslation, WrongTranslations } from './wrong-translation.ts'

/** The rules of one API, and the translators that are wrong about it. */
export interface Suite {
  readonly lane: Lane
  /** Ids of all rules that the simulator has. */
  readonly rules: readonly string[]
  readonly wrong: WrongTranslations
}
export type Lane = 'Converse' | 'InvokeModel' | 'chat'

/** What became of one wrong translation. */
export interface Verdict {
  readonly lane: Lane
  readonly rule: string
  /** What the translator does; empty when none is known. */
  readonly wrong: string
  /** How the wrong request was answered. */
  readonly status?: number
  /** What the refusal says. */
  readonly says: string
  /** Why this is not as it must be: right accepted, wrong refused, by this very rule. */
  readonly fault?: string
}

/** Tries every wrong translation against the simulator over real sockets, one after the other. */
export async function* checkRules(suites: readonly Suite[]): AsyncGenerator<Verdict, void> {
  await using simulator = await startSimulator()
  await using gateway = createGateway({
    providers: [
      bedrock({
        region: 'us-east-1',
        endpoint: simulator.url,
        credentials: simulator.credential,
        lanes: { 'anthropic.claude-v2:1': 'invoke' },
      }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
  })
  for (const { lane, rules, wrong } of suites) {
    for (const rule of new Set([...rules, ...Object.keys(wrong)])) {
      const translation = wrong[rule]
      const about = { lane, rule, wrong: translation?.wrong ?? '' }
      if (!translation) yield { ...about, says: '', fault: 'no wrong translator is known for this rule' }
      else if (!rules.includes(rule)) yield { ...about, says: '', fault: 'there is no such rule' }
      else yield { ...about, ...(await tryWrong({ simulator, gateway, lane }, rule, translation)) }
    }
  }
}

interface Bench {
  readonly simulator: Simulator
  readonly gateway: Gateway
  readonly lane: Lane
}
type Trial = Pick<Verdict, 'status' | 'says' | 'fault'>

async function tryWrong(bench: Bench, rule: string, { request, step }: WrongTranslation): Promise<Trial> {
  try {
    const right = await sentFor(bench, request)
    const again = await send(bench, right)
    if (again.status !== 200) return { ...again, fault: 'the right request is refused when it is sent again' }
    const { status, says, brokenRule } = await send(bench, step(right))
    if (status === 200) return { status, says, fault: 'the wrong request is accepted' }
    if (brokenRule === rule) return { status, says }
    return { status, says, fault: `the wrong request is refused by ${brokenRule ?? 'no rule'}` }
  } catch (error) {
    return { says: '', fault: `the right request cannot be made wrong: ${String(error)}` }
  }
}

/** What our own translator makes of a request, as it went over the wire and was accepted. */
async function sentFor({ simulator, gateway }: Bench, request: WrongTranslation['request']): Promise<Sent> {
  simulator.reset()
  if (request.stream) await gateway.stream(request).completion()
  else await gateway.chat(request)
  const { model = '', operation, json } = lastOf(simulator)
  return { model, stream: operation.endsWith('-stream'), body: json }
}

async function send({ simulator, lane }: Bench, { model, stream, body }: Sent) {
  const [whole, streamed] = verbs[lane]
  const path = `/model/${encodeURIComponent(model)}/${stream ? streamed : whole}`
  const answer = await (lane === 'chat' ? sendChat(simulator, body) : signedFetch(simulator, path, body))
  const text = await answer.text()
  return { status: answer.status, says: answer.ok ? '' : messageIn(text), brokenRule: lastOf(simulator).rule }
}

const verbs: Readonly<Record<Lane, readonly [whole: string, streamed: string]>> = {
  Converse: ['converse', 'converse-stream'],
  InvokeModel: ['invoke', 'invoke-with-response-stream'],
  chat: ['', ''],
}

function sendChat({ openaiBaseUrl, openaiKey }: Simulator, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${openaiKey}`, 'content-type': 'application/json' }
  return fetch(`${openaiBaseUrl}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) })
}

function lastOf(simulator: Simulator): RecordedRequest {
  const last = simulator.requests().at(-1)
  if (!last) throw new Error('nothing was sent')
  return last
}

/** OpenAI's message stands in `error`, Bedrock's beside it. */
function messageIn(text: string): string {
  const { error, message } = JSON.parse(text) as { error?: { message: string }; message?: string }
  return error?.message ?? message ?? text
}

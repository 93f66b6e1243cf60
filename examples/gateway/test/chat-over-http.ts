import { documentedFetch } from './documented-fetch.ts'

export const demoKey = 'sk-test123456789abcdef'

/** A plain curl: `-H "X-API-Key: …" -d '{"model":"gpt-4",…}'`. */
export function postChat(
  url: string,
  body: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return documentedFetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': demoKey, ...headers },
    body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: 'Hello' }], ...body }),
  })
}

export interface ErrorAnswer {
  readonly error: { readonly message: string; readonly type: string; readonly code: string }
}

/** Replaces a simulator's faults over its control API. */
export async function setFaults(simulator: string | undefined, rules: readonly object[]): Promise<void> {
  const answer = await fetch(`${simulator}/_simulator/faults`, { method: 'PUT', body: JSON.stringify(rules) })
  if (!answer.ok) throw new Error(`The simulator refused: ${await answer.text()}`)
}

/** The bodies of the requests a simulator has seen, as JSON text. */
export async function bodiesSeen(simulator: string | undefined): Promise<string[]> {
  const answer = await fetch(`${simulator}/_simulator/requests`)
  return ((await answer.json()) as { body: string }[]).map(({ body }) => body)
}

/** Operation and model of the requests a simulator has seen. */
export async function requestsSeen(simulator: string | undefined): Promise<string[]> {
  const answer = await fetch(`${simulator}/_simulator/requests`)
  const requests = (await answer.json()) as { operation: string; model: string }[]
  return requests.map(({ operation, model }) => `${operation} ${model}`)
}

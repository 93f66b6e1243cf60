import { documentedFetch as fetch } from './documented-fetch.ts'
import type { Running } from './run-gateway.ts'

/** The statuses of so many chats, one after the other, to each gateway in turn. */
export async function statusesOf(gateways: readonly Running[], calls: number): Promise<number[]> {
  const statuses: number[] = []
  for (let call = 0; call < calls; call += 1) {
    const answer = await fetch(`${gateways[call % gateways.length]!.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'sk-test123456789abcdef' },
      body: '{"model":"gpt-4","messages":[{"role":"user","content":"Hello"}]}',
    })
    await answer.arrayBuffer()
    statuses.push(answer.status)
  }
  return statuses
}

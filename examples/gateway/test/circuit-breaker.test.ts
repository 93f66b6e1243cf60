import { expect, it } from 'vitest'
import { postChat, setFaults } from './chat-over-http.ts'
import { runGateway } from './run-gateway.ts'

it('the gateway app leaves a target out that fails as often as CIRCUIT_BREAKER_FAILURE_THRESHOLD says', async () => {
  await using gateway = await runGateway({ MODELGATE_API_KEY: 'my-key', CIRCUIT_BREAKER_FAILURE_THRESHOLD: '2' })
  const { simulator } = gateway.listening
  await setFaults(simulator, [{ match: { model: 'gpt-4o-mini' }, fault: { kind: 'status', status: 500 } }])
  const attempts: string[] = []
  for (let call = 0; call < 4; call += 1) {
    const headers = { 'X-API-Key': 'my-key' }
    const answer = await postChat(`${gateway.url}/v1/chat/completions`, { model: 'fast' }, headers)
    expect(answer.status).toBe(200)
    await answer.text()
    attempts.push(/openai\/gpt-4o-mini;(\w+)/.exec(answer.headers.get('x-modelgate-attempts') ?? '')?.[1] ?? '')
  }
  expect(attempts).toEqual(['upstream_unavailable', 'upstream_unavailable', 'circuit_open', 'circuit_open'])
})

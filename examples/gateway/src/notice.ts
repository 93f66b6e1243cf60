import { usesDemoKey } from './keys.ts'
import type { Plan } from './plan.ts'
import { demoKey } from './upstream/demo.ts'

/** What people are told once the gateway serves. */
export function notice(plan: Plan, url: string): string {
  if (plan.mode === 'live') {
    const ids = Object.keys(plan.config.providers ?? {})
    const upstreams = ids.length > 0 ? ids : plan.found.map(({ id }) => id)
    return `Live: calls go to ${upstreams.join(', ')}, and are billed.\n`
  }
  const demo = usesDemoKey(plan)
  const [route] = Object.keys(plan.config.routes ?? {})
  const variable = plan.settings.hasApiKey ? 'MODELGATE_API_KEY' : 'YOUR_KEY'
  return `${simulatorLine(plan)}

curl ${url}/api/v1/completions \\
  -H 'Content-Type: application/json' \\
  -H ${demo ? `'X-API-Key: ${demoKey}'` : `"X-API-Key: $${variable}"`} \\
  -d '{"model":"${route ?? 'gpt-4'}","messages":[{"role":"user","content":"Hello"}]}'

import OpenAI from 'openai'
const client = new OpenAI({ baseURL: '${url}/v1', apiKey: ${demo ? `'${demoKey}'` : `process.env.${variable}`} })
const stream = await client.chat.completions.create({
  model: '${route ?? 'fast'}',
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')

`
}

function simulatorLine({ found }: Plan): string {
  const command = '`UPSTREAM=live MODELGATE_API_KEY=… pnpm start`'
  const names = found.map(({ name }) => name).join(' and ')
  const remedy =
    found.length > 0
      ? `${names} found: ${command} uses them.`
      : `Set OPENAI_API_KEY or AWS credentials, and ${command} uses them.`
  return `Simulator: no call leaves this machine or costs anything. ${remedy}`
}

import { usesDemoKey } from './keys.ts'
import type { Plan } from './plan.ts'
import { demoKey } from './upstream/demo.ts'

/** What people are told once the gateway serves. */
export function notice(plan: Plan, url: string, local?: MadeLocally): string {
  const made = local ? localLines(local, url) : ''
  if (plan.mode === 'live') {
    const ids = Object.keys(plan.config.providers ?? {})
    const upstreams = ids.length > 0 ? ids : plan.found.map(({ id }) => id)
    return `Live: calls go to ${upstreams.join(', ')}, and are billed.\n${made}`
  }
  const shown = local?.key ?? (usesDemoKey(plan) ? demoKey : undefined)
  const [route] = Object.keys(plan.config.routes ?? {})
  const variable = plan.settings.hasApiKey ? 'MODELGATE_API_KEY' : 'YOUR_KEY'
  return `${simulatorLine(plan)}
${made}
curl ${url}/api/v1/completions \\
  -H 'Content-Type: application/json' \\
  -H ${shown ? `'X-API-Key: ${shown}'` : `"X-API-Key: $${variable}"`} \\
  -d '{"model":"${route ?? 'gpt-4'}","messages":[{"role":"user","content":"Hello"}]}'

import OpenAI from 'openai'
const client = new OpenAI({ baseURL: '${url}/v1', apiKey: ${shown ? `'${shown}'` : `process.env.${variable}`} })
const stream = await client.chat.completions.create({
  model: '${route ?? 'fast'}',
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')

`
}

/** What was made for this process alone. */
interface MadeLocally {
  readonly endpoint: string
  readonly key: string
  /** Whether records of calls are kept where they can be found. */
  readonly isLogged: boolean
}

function localLines({ endpoint, key, isLogged }: MadeLocally, url: string): string {
  const costs = 'Each answer names itself in `x-request-id` and says what it cost in `x-modelgate-cost-usd`'
  const record = `; its record is found with

curl ${url}/api/v1/admin/requests/THE-REQUEST-ID -H 'X-API-Key: ${key}'
`
  return `
${isLogged ? 'Keys, limits and calls' : 'Keys and limits'} stand in tables of a stand-in for DynamoDB at ${endpoint}, which are gone when this process ends.
This key was made there and is shown this once. It may call ten times a minute, which the table counts:

  ${key}

${costs}${isLogged ? record : '.\n'}`
}

function simulatorLine({ found }: Plan): string {
  const command = '`UPSTREAM=live MODELGATE_API_KEY=… npx -y pnpm@12 start`'
  const names = found.map(({ name }) => name).join(' and ')
  const remedy =
    found.length > 0
      ? `${names} found: ${command} uses them.`
      : `Set OPENAI_API_KEY or AWS credentials, and ${command} uses them.`
  return `Simulator: no call leaves this machine or costs anything. ${remedy}`
}

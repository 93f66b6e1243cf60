import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { setFaults } from './chat-over-http.ts'
import { documentedFetch } from './documented-fetch.ts'
import { runGateway, runSimulator, runToEnd, temporaryFile } from './run-gateway.ts'

const run = promisify(execFile)

/** A curl whose caller pays. */
const curl = String.raw`curl -X POST http://localhost:3000/v1/chat/completions \
  -H "Content-Type: application/json" \
  -H "x-provider: bedrock" \
  -H "x-aws-access-key-id: YOUR_ACCESS_KEY" \
  -H "x-aws-secret-access-key: YOUR_SECRET_KEY" \
  -d '{
    "model": "anthropic.claude-3-sonnet-20240229-v1:0",
    "messages": [{"role": "user", "content": "Hello!"}]
  }'
`

const snippet = `import OpenAI from 'openai';

const openai = new OpenAI({
  baseURL: 'http://localhost:3000/v1',
  defaultHeaders: {
    'x-provider': 'bedrock',
    'x-aws-access-key-id': 'YOUR_ACCESS_KEY',
    'x-aws-secret-access-key': 'YOUR_SECRET_KEY',
    "x-aws-region": process.env.AWS_REGION,
  }
});

// Use exactly like OpenAI!
const response = await openai.chat.completions.create({
  model: 'anthropic.claude-3-sonnet-20240229-v1:0',
  messages: [{ role: 'user', content: 'Hello!' }]
});
`

const keys = ['AKIAMINE000000000000', 'my-secret-key'] as const

/** With these keys and this port, and nothing else of it changed. */
function filledIn(text: string, url: string, [id, secret]: readonly [string, string] = keys): string {
  return text
    .replace('localhost:3000', new URL(url).host)
    .replace('YOUR_ACCESS_KEY', id)
    .replace('YOUR_SECRET_KEY', secret)
}

interface Answered {
  readonly model?: string
  readonly choices?: readonly { readonly message: { readonly content: string } }[]
  readonly error?: { readonly message: string; readonly code: string }
}

async function byCurl(url: string, given?: readonly [string, string]): Promise<Answered> {
  const { stdout } = await run('sh', ['-c', filledIn(curl, url, given)])
  return JSON.parse(stdout) as Answered
}

async function bySdk(url: string, environment: Record<string, string>): Promise<Answered> {
  const program = `${filledIn(snippet, url)}console.log(JSON.stringify(response))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH, ...environment },
  })
  return JSON.parse(stdout) as Answered
}

/** Key id and region of each request's signature. */
async function signers(simulator: string): Promise<(string | undefined)[]> {
  const requests = (await (await fetch(`${simulator}/_simulator/requests`)).json()) as {
    headers: { authorization: string }
  }[]
  return requests.map(({ headers }) =>
    /Credential=(\w+)\/\d+\/([\w-]+)/.exec(headers.authorization)?.slice(1).join(' '),
  )
}

describe("callers' AWS keys", () => {
  it('are all that a curl and an SDK snippet need, letter by letter', async () => {
    await using simulator = await runSimulator({ SIMULATOR_CREDENTIALS: keys.join(':') })
    await using gateway = await runGateway({
      CALLER_CREDENTIALS: 'alone',
      UPSTREAM: 'live',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
      REQUEST_LOG: 'stdout',
    })
    const said = await byCurl(gateway.url)
    expect(said.choices?.[0]?.message.content).toContain('Hello!')
    // What the variable holds is an upstream's key, as a rule.
    const sdk = await bySdk(gateway.url, { OPENAI_API_KEY: 'sk-of-an-upstream', AWS_REGION: 'eu-west-1' })
    expect(sdk.choices?.[0]?.message.content).toContain('Hello!')
    await bySdk(gateway.url, { OPENAI_API_KEY: 'sk-of-an-upstream' })
    expect(await signers(simulator.url)).toEqual([
      `${keys[0]} us-east-1`,
      `${keys[0]} eu-west-1`,
      `${keys[0]} us-east-1`,
    ])
    await expect.poll(() => gateway.stdout().match(/"paidBy":"caller"/g)?.length).toBe(3)
    expect(gateway.stdout()).toContain(`"userId":"aws:${keys[0]}"`)
    expect(gateway.stdout() + gateway.stderr()).not.toContain(keys[1])
  })

  it('have who pays stand on the answer, as the API’s document has it', async () => {
    await using gateway = await runGateway({ CALLER_CREDENTIALS: 'alone' })
    const answer = await documentedFetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-provider': 'bedrock',
        'x-aws-access-key-id': 'AKIASIMULATOR000000',
        'x-aws-secret-access-key': 'simulator-secret-key',
      },
      body: JSON.stringify({ model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'Hi' }] }),
    })
    expect(answer.headers.get('x-modelgate-paid-by')).toBe('caller')
    expect(await answer.json()).toMatchObject({ object: 'chat.completion' })
  })

  it('that AWS refuses are told what to do', async () => {
    await using gateway = await runGateway({ CALLER_CREDENTIALS: 'alone' })
    const { simulator } = gateway.listening
    const wrong = await byCurl(gateway.url)
    expect(wrong.error).toMatchObject({ code: 'upstream_auth_failed' })
    expect(wrong.error?.message).toContain('Check AWS access key and secret')
    const good = ['AKIASIMULATOR000000', 'simulator-secret-key'] as const
    for (const [status, errorType, solution] of [
      [403, 'AccessDeniedException', 'Verify IAM permissions'],
      [404, 'ResourceNotFoundException', 'Enable model in AWS Console'],
      [429, 'ThrottlingException', 'Check AWS quotas'],
    ] as const) {
      await setFaults(simulator, [{ fault: { kind: 'status', status, errorType, message: 'no' } }])
      expect((await byCurl(gateway.url, good)).error?.message).toContain(solution)
    }
  })

  it('are taken beside a key with callerCredentials in the file, by the provider’s own id', async () => {
    await using simulator = await runSimulator({ SIMULATOR_CREDENTIALS: keys.join(':') })
    const config = {
      providers: { eu: { type: 'bedrock', region: 'eu-central-1', endpoint: simulator.url } },
      keys: [{ key: { secret: 'env:TEAM_KEY' }, userId: 'team' }],
      callerCredentials: 'with-key',
    }
    await using gateway = await runGateway({
      MODELGATE_CONFIG: temporaryFile('modelgate.config.json', JSON.stringify(config)),
      TEAM_KEY: 'team-key-1',
    })
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-aws-access-key-id': keys[0],
          'x-aws-secret-access-key': keys[1],
          ...headers,
        },
        body: JSON.stringify({
          model: 'anthropic.claude-3-sonnet-20240229-v1:0',
          messages: [{ role: 'user', content: 'Hello!' }],
        }),
      })
    expect((await ask({ 'x-provider': 'eu' })).status).toBe(401)
    expect((await ask({ 'x-provider': 'eu', 'x-api-key': 'team-key-1' })).status).toBe(200)
    const elsewhere = await ask({ 'x-provider': 'bedrock', 'x-api-key': 'team-key-1' })
    expect([elsewhere.status, await elsewhere.text()]).toEqual([400, expect.stringContaining('send one of eu')])
    expect(await signers(simulator.url)).toEqual([`${keys[0]} eu-central-1`])
  })

  it('do not open a live gateway without keys unless they alone are enough', async () => {
    const { code, stderr } = await runToEnd({ CALLER_CREDENTIALS: 'with-key', UPSTREAM: 'live' })
    expect([code, stderr]).toEqual([2, expect.stringContaining('A live gateway without an API key')])
    const wrong = await runToEnd({ CALLER_CREDENTIALS: 'yes' })
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("CALLER_CREDENTIALS: must be 'with-key'")])
  })
})

import type { CallReport } from '../../src/call-report.ts'
import { createGateway } from '../../src/create-gateway.ts'
import { GatewayError } from '../../src/errors.ts'
import type { GatewayOptions } from '../../src/gateway-options.ts'
import { type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'

/** What `us` fails of. */
export const down = new GatewayError('upstream_unavailable', 'It is down.')

export const hello = [{ role: 'user' as const, content: 'Hello' }]

interface Asked {
  readonly headers?: Record<string, string>
  readonly tenant?: string
  readonly body?: Readonly<Record<string, unknown>>
}

/** A gateway whose `us` answers by the script and whose `eu` says `from eu`. */
export function cachedGateway(
  options: Partial<GatewayOptions> = {},
  script: readonly (readonly ScriptStep[])[] = [['one'], ['two']],
) {
  const us = scriptedProvider('us', ...script)
  const eu = scriptedProvider('eu', ['from eu'])
  const reports: CallReport[] = []
  const errors: unknown[] = []
  const gateway = createGateway({
    providers: [us, eu],
    routes: {
      fast: { targets: ['us/us-1', 'eu/eu-1'], cache: true },
      plain: { targets: ['us/us-1'] },
      never: { targets: ['us/us-1'], cache: false },
    },
    auth: ({ headers }) => ({ tenant: headers['x-tenant'] ?? 'acme' }),
    exposeModels: 'all',
    retry: { enabled: false },
    onReport: report => reports.push(report),
    onError: error => errors.push(error),
    ...options,
  })
  async function post({ headers = {}, tenant = 'acme', body = {} }: Asked = {}) {
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant': tenant, ...headers },
      body: JSON.stringify({ model: 'fast', messages: hello, ...body }),
    })
    const text = await response.text()
    return {
      status: response.status,
      text,
      cache: response.headers.get('x-modelgate-cache'),
      header: (name: string) => response.headers.get(name),
      says: () => (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content,
    }
  }
  const asked = (): number => us.calls.length + eu.calls.length
  return { gateway, post, us, eu, reports, errors, asked }
}

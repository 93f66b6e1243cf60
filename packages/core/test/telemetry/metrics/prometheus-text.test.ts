import parse from 'parse-prometheus-text-format'
import { describe, expect, it } from 'vitest'
import { createGateway, GatewayError, prometheusText } from '../../../src/index.ts'
import { PrometheusLines } from '../../../src/telemetry/metrics/prometheus-lines.ts'
import { scriptedProvider } from '../../../src/testing/index.ts'
import { chatRequest, rejection, turns } from '../../support/calls.ts'

const down = new GatewayError('upstream_unavailable', 'It is down.')

async function measured() {
  const providers = [scriptedProvider('us', [down], ['hi']), scriptedProvider('eu', ['hi'])]
  const gateway = createGateway({ providers, routes: { fast: ['us/nova', 'eu/lite'] }, metrics: true })
  await gateway.chat(chatRequest(), { principal: { tenant: 'acme "north"\\\n', tier: 'free' } })
  for await (const _ of gateway.stream(chatRequest()));
  await rejection(gateway.chat({ model: 'fast', messages: [] }))
  await turns()
  return gateway.metrics()!
}

const family = (text: string, name: string) => parse(text).find(found => found.name === name)

/** What `promtool check metrics` minds: a family's lines stand together, after one HELP and one TYPE, and no series comes twice. */
function check(text: string): void {
  expect(text.endsWith('\n')).toBe(true)
  const closed = new Set<string>()
  const series = new Set<string>()
  let open = ''
  for (const line of text.trimEnd().split('\n')) {
    const head = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line)
    if (head?.[1] === 'HELP') {
      expect(closed).not.toContain(head[2])
      closed.add(head[2]!)
      open = head[2]!
    } else if (head) expect(head[2]).toBe(open)
    else {
      const sample =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\}))?)+\})?) (NaN|[+-]?Inf|[-+.\deE]+)$/.exec(
          line,
        )
      expect(sample, line).not.toBeNull()
      expect(line.startsWith(open)).toBe(true)
      expect(series).not.toContain(sample?.[1])
      series.add(sample![1]!)
    }
  }
}

describe('prometheusText', () => {
  it('is what a parser reads, with names of the GenAI conventions', async () => {
    const text = prometheusText(await measured())
    check(text)
    expect(parse(text).map(({ name, type }) => `${type} ${name}`)).toEqual([
      'HISTOGRAM gen_ai_client_operation_duration_seconds',
      'HISTOGRAM gen_ai_client_operation_time_to_first_chunk_seconds',
      'HISTOGRAM gen_ai_client_token_usage',
      'COUNTER modelgate_calls_total',
      'COUNTER modelgate_call_errors_total',
      'COUNTER modelgate_streams_total',
      'COUNTER modelgate_cached_tokens_total',
      'COUNTER modelgate_estimated_usages_total',
      'COUNTER modelgate_cost_usd_total',
      'COUNTER modelgate_cost_unknown_total',
      'COUNTER modelgate_attempts_total',
      'COUNTER modelgate_failovers_total',
      'COUNTER modelgate_retries_total',
      'COUNTER modelgate_attempt_duration_seconds_total',
      'COUNTER modelgate_refusals_total',
      'GAUGE modelgate_open_calls',
      'GAUGE modelgate_breaker_state',
      'GAUGE modelgate_start_time_seconds',
    ])
  })

  it('gives back every label as it was', async () => {
    const calls = family(prometheusText(await measured()), 'modelgate_calls_total')
    expect(calls?.metrics.map(({ labels }) => labels)).toContainEqual({
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: 'scripted',
      gen_ai_request_model: 'lite',
      modelgate_provider: 'eu',
      modelgate_route: 'fast',
      modelgate_tier: 'free',
      modelgate_tenant: 'acme "north"\\\n',
    })
  })

  it('tells what a call failed of beside whose it was', async () => {
    const errors = family(prometheusText(await measured()), 'modelgate_call_errors_total')
    expect(errors?.metrics.map(({ labels }) => labels)).toMatchObject([
      { error_type: 'invalid_request', gen_ai_operation_name: 'chat' },
    ])
  })

  it('adds a histogram up to its count', async () => {
    const text = prometheusText(await measured())
    const tokens = text.split('\n').filter(line => /^gen_ai_client_token_usage.*tier="free".*_type="input"/.test(line))
    const upTo = tokens.map(line => / (\S+)$/.exec(line)?.[1])
    expect(tokens.map(line => /le="([^"]+)"/.exec(line)?.[1]).slice(0, 3)).toEqual(['1', '4', '16'])
    expect(upTo).toEqual(['0', ...Array.from({ length: 13 }, () => '1'), '1', '3', '1'])
    expect(text).toMatch(
      /^modelgate_attempts_total\{modelgate_provider="us",gen_ai_request_model="nova",code="upstream_unavailable"\} 1$/m,
    )
    expect(text).toContain('modelgate_refusals_total{error_type="invalid_request"} 1\n')
    expect(text).toContain(
      'modelgate_breaker_state{modelgate_target="us/nova",gen_ai_operation_name="chat",state="closed"} 1\n',
    )
  })

  it('is short, and right, where nothing has happened', () => {
    const gateway = createGateway({ providers: [scriptedProvider('us')], metrics: true })
    const text = prometheusText(gateway.metrics()!)
    check(text)
    expect(parse(text).map(({ name }) => name)).toEqual(['modelgate_open_calls', 'modelgate_start_time_seconds'])
  })

  it('writes numbers and help as Go reads them', () => {
    const lines = new PrometheusLines()
    lines.add({ name: 'a', type: 'gauge', help: 'one\\two\nthree' }, [
      { labels: {}, value: Number.POSITIVE_INFINITY },
      { labels: { b: '\ud800' }, value: 1e-7 },
    ])
    expect(lines.text).toBe('# HELP a one\\\\two\\nthree\n# TYPE a gauge\na +Inf\na{b="\ufffd"} 1e-7\n')
  })
})

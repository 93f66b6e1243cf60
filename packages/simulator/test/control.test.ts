import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { type FaultRule, FaultRuleError, startSimulator } from '../src/index.ts'
import { fileSimulator } from './file-simulator.ts'

const simulator = await fileSimulator()

const control = (method: string, path = '', body?: string) =>
  fetch(`${simulator.url}/_simulator${path}`, { method, ...(body === undefined ? {} : { body }) })
const models = (signal?: AbortSignal) =>
  fetch(`${simulator.openaiBaseUrl}/models?limit=3`, {
    headers: { authorization: `Bearer ${simulator.openaiKey}`, 'x-trace': 'abc' },
    ...(signal ? { signal } : {}),
  })

describe('control over HTTP', () => {
  it('sets faults that strike and can be read back', async () => {
    const rules = [{ match: { operation: 'models', times: 1 }, fault: { kind: 'status', status: 503 } }]
    const put = await control('PUT', '/faults', JSON.stringify(rules))
    expect([put.status, await put.json()]).toEqual([200, rules])
    expect(await (await control('GET', '/faults')).json()).toEqual(rules)
    expect([(await models()).status, (await models()).status]).toEqual([503, 200])
  })

  it.each([
    ['{', 'The rules must be an array of { match?, fault }'],
    ['{}', 'The rules must be an array of { match?, fault }'],
    ['[1]', '0 must be an object { match?, fault }'],
    ['[{"fualt":{}}]', '0.fualt is unknown; use one of match, fault'],
    ['[{}]', '0.fault must be an object with a kind'],
    ['[{"fault":{"kind":"nope"}}]', '0.fault.kind "nope" is unknown; use one of status, delay,'],
    ['[{"fault":{"kind":"delay"}}]', '0.fault.ms must be an integer ≥ 0'],
    ['[{"fault":{"kind":"delay","ms":-1}}]', '0.fault.ms must be an integer ≥ 0'],
    [
      '[{"fault":{"kind":"crlf"}},{"fault":{"kind":"delay","ms":1,"s":1}}]',
      '1.fault.s is unknown; use one of kind, ms',
    ],
    ['[{"fault":{"kind":"status","status":500,"headers":{"a":1}}}]', '0.fault.headers must be an object of strings'],
    ['[{"match":{"times":"2"},"fault":{"kind":"crlf"}}]', '0.match.times must be an integer ≥ 0'],
    ['[{"match":{"path":"/"},"fault":{"kind":"crlf"}}]', '0.match.path is unknown; use one of model, operation, times'],
    ['[{"fault":{"kind":"close-on-accept"}}]', '0.match.times must be an integer ≥ 1'],
    ['[{"match":{"times":0},"fault":{"kind":"close-on-accept"}}]', '0.match.times must be an integer ≥ 1'],
    [
      '[{"match":{"times":1,"model":"gpt-4o"},"fault":{"kind":"close-on-accept"}}]',
      '0.match.model is unknown; use one of times',
    ],
  ])('answers %s with 400, names the field, and keeps the old rules', async (body, message) => {
    simulator.setFaults([{ fault: { kind: 'crlf' } }])
    const answer = await control('PUT', '/faults', body)
    const said = (await answer.json()) as { error: { message: string } }
    expect([answer.status, said.error.message]).toEqual([400, expect.stringContaining(message)])
    expect(await (await control('GET', '/faults')).json()).toEqual([{ fault: { kind: 'crlf' } }])
  })

  it('tells the requests seen, not those to itself, and forgets all on DELETE', async () => {
    await models()
    await simulator.settled()
    const seen = await (await control('GET', '/requests')).json()
    expect(seen).toMatchObject([
      {
        method: 'GET',
        path: '/v1/models?limit=3',
        operation: 'models',
        status: 200,
        outcome: 'sent',
        headers: { 'x-trace': 'abc' },
      },
    ])
    simulator.setFaults([{ fault: { kind: 'crlf' } }])
    expect((await control('DELETE')).status).toBe(200)
    expect(await (await control('GET', '/requests')).json()).toEqual([])
    expect(await (await control('GET', '/faults')).json()).toEqual([])
  })

  it('names its addresses to whoever asks for another', async () => {
    const answer = await control('POST', '/faults', '[]')
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('PUT /_simulator/faults')
  })
})

describe('the record of requests', () => {
  it('wakes whoever waits the moment a client goes away', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 0 } }])
    const abort = new AbortController()
    const open = await models(abort.signal)
    expect(simulator.requests()[0]).toMatchObject({ outcome: 'open', status: 200 })
    const waiting = simulator.waitFor(request => request.outcome === 'closed-by-client')
    let settled = false
    const settling = simulator.settled().then(() => {
      settled = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(settled).toBe(false)
    abort.abort()
    expect((await waiting).operation).toBe('models')
    await expect(open.text()).rejects.toThrow()
    await settling
  })

  it('notices a client that leaves before the head', async () => {
    simulator.setFaults([{ fault: { kind: 'delay', ms: 60_000 } }])
    const abort = new AbortController()
    const asked = models(abort.signal).catch(() => undefined)
    await simulator.waitFor(request => request.operation === 'models')
    abort.abort()
    await asked
    await simulator.waitFor(request => request.outcome === 'closed-by-client')
  })

  it('says what it saw instead when nothing comes', async () => {
    await models()
    await simulator.settled()
    await expect(simulator.waitFor(request => request.operation === 'chat', 20)).rejects.toThrow(
      'No such request within 20 ms. Seen: models 200 sent',
    )
  })

  it('has addresses nobody knows, as unknown', async () => {
    await fetch(`${simulator.url}/nowhere`)
    expect(simulator.requests()[0]).toMatchObject({ operation: 'unknown', model: undefined, status: 404 })
  })
})

describe('the server', () => {
  it('survives a fault that HTTP cannot carry, and refuses rules it does not know in process as well', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue(undefined)
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'status', status: 500, headers: { 'bad name': 'x' } } }])
    await expect(models()).rejects.toThrow('fetch failed')
    await simulator.waitFor(request => request.outcome === 'cut')
    expect(said).toHaveBeenCalledOnce()
    said.mockRestore()
    expect((await models()).status).toBe(200)
    const unknown = JSON.parse('[{"fault":{"kind":"nope"}}]') as FaultRule[]
    expect(() => simulator.setFaults(unknown)).toThrow(FaultRuleError)
  })

  it('drops open connections when it closes', async () => {
    const other = await startSimulator()
    const socket = connect(other.port, '127.0.0.1')
    await once(socket, 'connect')
    await expect.poll(() => other.openConnections()).toBe(1)
    await other.close()
    await once(socket, 'close')
    expect(other.openConnections()).toBe(0)
  })

  it('gives the same answer to the same question with the same seed', async () => {
    const answers: string[] = []
    for (let round = 0; round < 2; round++) {
      await using other = await startSimulator({ seed: 7, now: () => new Date(0) })
      const answer = await fetch(`${other.openaiBaseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${other.openaiKey}` },
        body: JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
      })
      answers.push(await answer.text())
    }
    expect(answers[0]).toBe(answers[1])
  })
})

describe('the command', () => {
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const start = (env: Record<string, string>, ...args: readonly string[]) =>
    spawn(process.execPath, ['-C', 'modelgate-source', main, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  it('says where it listens, takes credentials from the environment, and ends on SIGTERM', async () => {
    const child = start({
      SIMULATOR_PORT: '0',
      SIMULATOR_CREDENTIALS: 'AKIAONE:secret,AKIATWO:secret:token:with:colons',
    })
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const { msg, url } = JSON.parse(line) as { msg: string; url: string }
    expect([msg, url]).toEqual(['listening', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)])
    expect((await fetch(`${url}/_simulator/requests`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('says what it is told by, and serves nothing', async () => {
    const child = start({ SIMULATOR_PORT: '0' }, '--help')
    const ended = once(child, 'close')
    expect(await text(child.stdout)).toMatch(/^modelgate-simulator\n[\s\S]*SIMULATOR_PORT/)
    expect(await ended).toEqual([0, null])
  })

  it('refuses what it is not told by with exit code 2', async () => {
    const child = start({ SIMULATOR_PORT: '0' }, '--port=1')
    const ended = once(child, 'close')
    expect(await text(child.stderr)).toMatch(/--port/)
    expect(await ended).toEqual([2, null])
  })

  it('refuses malformed credentials with exit code 2', async () => {
    const child = start({ SIMULATOR_PORT: '0', SIMULATOR_CREDENTIALS: 'nonsense' })
    expect(await once(child, 'exit')).toEqual([2, null])
  })
})

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

/** A process of its own: what it printed, and the modules of the SDK's client that it resolved. */
async function inProcess(script: string, isInstalled = true): Promise<{ printed: string; sdkModules: number }> {
  const source = `
    import { registerHooks } from 'node:module'
    let sdkModules = 0
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context)
        if (!found.url.includes('client-bedrock-runtime')) return found
        if (!${isInstalled}) throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
        sdkModules++
        return found
      },
    })
    const { bedrock } = await import('@modelgate/bedrock')
    const { testCall } = await import('@modelgate/core/testing')
    const client = { config: {}, send: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })) }
    const call = (provider, more = {}) => {
      const messages = [{ role: 'user', content: 'Hello' }]
      const signal = AbortSignal.timeout(20_000)
      const request = testCall('chat', { model: 'amazon.nova-lite-v1:0', messages, ...more }, { signal })
      return provider.handlers.chat(request).catch(error => console.log(error.code, error.message))
    }
    ${script}
    console.log(JSON.stringify({ sdkModules }))`
  const { stdout } = await run(process.execPath, ['-C', 'modelgate-source', '--input-type=module', '-e', source], {
    // From here the package is found by its own name, and what it depends on.
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH },
  })
  const [last = '', ...before] = stdout.trim().split('\n').reverse()
  return { printed: before.reverse().join('\n'), ...(JSON.parse(last) as { sdkModules: number }) }
}

const overHttp = `const provider = bedrock({
  endpoint: 'http://127.0.0.1:9',
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
})`

describe('the client of the SDK', () => {
  it('is never loaded by a provider that was given none', async () => {
    const { printed, sdkModules } = await inProcess(`${overHttp}; await call(provider)`)
    expect(printed).toContain('upstream_unavailable')
    expect(sdkModules).toBe(0)
  })

  it('is loaded by the first call of a provider that was given one, and not before', async () => {
    const made = await inProcess('bedrock({ client })')
    expect(made.sdkModules).toBe(0)
    const called = await inProcess('await call(bedrock({ client }))')
    expect(called.printed).toContain('upstream_unavailable')
    expect(called.sdkModules).toBeGreaterThan(0)
  })

  it('is asked for by name where it is not installed', async () => {
    const { printed } = await inProcess(
      'await call(bedrock({ client })); await call(bedrock({ client }), { stream: true })',
      false,
    )
    const [line, ...others] = printed.split('\n')
    expect(line).toBe(
      "invalid_configuration bedrock({ client }): '@aws-sdk/client-bedrock-runtime' cannot be loaded; install it beside '@modelgate/bedrock'.",
    )
    expect(others).toEqual([line])
  })

  it('is not missed by a provider that was given none', async () => {
    const { printed } = await inProcess(`${overHttp}; await call(provider)`, false)
    expect(printed).toContain('upstream_unavailable')
  })
})

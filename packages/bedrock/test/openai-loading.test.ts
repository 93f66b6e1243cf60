import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

/** A process of its own that makes one call: the error it ended with, and the modules of `@modelgate/openai` that it resolved. */
async function callOf(model: string, isInstalled = true): Promise<{ code: string; message: string; modules: number }> {
  const source = `
    import { registerHooks } from 'node:module'
    let modules = 0
    registerHooks({
      resolve(specifier, context, next) {
        if (!specifier.startsWith('@modelgate/openai')) return next(specifier, context)
        if (!${isInstalled}) throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
        modules++
        return next(specifier, context)
      },
    })
    const { bedrock } = await import('@modelgate/bedrock')
    const { testCall } = await import('@modelgate/core/testing')
    const provider = bedrock({ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bearerToken: 'k', lanes: { 'openai.': 'openai' } })
    const messages = [{ role: 'user', content: 'Hello' }]
    const signal = AbortSignal.timeout(20_000)
    const { code, message } = await provider.handlers.chat(testCall('chat', { model: '${model}', messages }, { signal })).catch(error => error)
    console.log(JSON.stringify({ code, message, modules }))`
  const { stdout } = await run(process.execPath, ['-C', 'modelgate-source', '--input-type=module', '-e', source], {
    // From here the package is found by its own name, and what it depends on.
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH },
  })
  return JSON.parse(stdout) as { code: string; message: string; modules: number }
}

describe('@modelgate/openai', () => {
  it('is loaded by the first call over the OpenAI-compatible endpoint', async () => {
    expect(await callOf('openai.gpt-oss-20b-1:0')).toMatchObject({ code: 'upstream_unavailable', modules: 1 })
  })

  it('is not loaded by other calls, nor needed', async () => {
    expect(await callOf('amazon.nova-lite-v1:0')).toMatchObject({ code: 'upstream_unavailable', modules: 0 })
    expect(await callOf('amazon.titan-tg1-large', false)).toMatchObject({ code: 'upstream_unavailable', modules: 0 })
  })

  it('is asked for by name where it is not installed', async () => {
    const { code, message } = await callOf('openai.gpt-oss-20b-1:0', false)
    expect(code).toBe('invalid_configuration')
    expect(message).toContain("install it beside '@modelgate/bedrock'")
  })
})

import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runLocal } from '../src/run-local.ts'

const run = promisify(execFile)
const buildScript = fileURLToPath(new URL('../build.mjs', import.meta.url))

let directory: string
let bundle: string
beforeAll(async () => {
  // Outside the repository: no node_modules is found from there.
  directory = await mkdtemp(join(tmpdir(), 'modelgate-lambda-'))
  bundle = join(directory, 'handler.mjs')
  await run(process.execPath, [buildScript, bundle])
})
afterAll(() => rm(directory, { recursive: true }))

/** Of the handler and of what it loads. */
async function wholeSource(): Promise<string> {
  const files = (await readdir(directory, { recursive: true })).filter(name => name.endsWith('.mjs'))
  return (await Promise.all(files.map(name => readFile(join(directory, name), 'utf8')))).join('\n')
}

describe('the bundled handler', () => {
  it('is at most 590 KB, without the SDK, and finds all that it imports', async () => {
    const source = await wholeSource()
    expect(source.length).toBeLessThan(590 * 1024)
    expect(source).not.toContain('BedrockRuntimeClient')
    const imported = [...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name]) => name)
    expect(new Set(imported.filter(name => !/^(?:node:|\.)/.test(name ?? '')))).toEqual(
      new Set(
        ['credential-providers', 'client-bedrock-runtime', 'client-secrets-manager', 'client-s3', 'client-bedrock'].map(
          name => `@aws-sdk/${name}`,
        ),
      ),
    )
  })

  it('reads neither batches, the OpenAI-compatible lane, schemas nor kept answers where nobody asks for them', async () => {
    const read = new Set<string>()
    for (const files = [bundle]; files.length > 0; ) {
      const source = await readFile(files.pop()!, 'utf8')
      for (const [, name = ''] of source.matchAll(/(?:from|import)"(\.[^"]+)"/g)) {
        const file = join(directory, name.startsWith('./parts/') ? name : `parts/${name}`)
        if (!read.has(file)) files.push(file)
        read.add(file)
      }
    }
    const names = await readdir(join(directory, 'parts'))
    const unread = names.filter(name => !read.has(join(directory, 'parts', name)))
    expect(unread.map(name => name.replace(/-.*/, '')).sort()).toEqual(['batch', 'chat', 'features', 'request'])
  })

  it('imports neither node:http nor node:https, for each of which Node would load its whole undici', async () => {
    expect(await wholeSource()).not.toMatch(/(?:from|import)\s*\(?\s*"(?:node:)?https?"/)
  })

  it('loads alone and answers, in a process of its own', async () => {
    const script = `
      const { handler } = await import('./handler.mjs')
      const event = { version: '2.0', rawPath: '/v1/models', requestContext: { http: { method: 'GET' } } }
      const { statusCode } = await handler(event, { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 })
      console.log(statusCode)`
    const env = { PATH: process.env.PATH, MODELGATE_API_KEY: 'the-key' }
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: directory, env })
    expect(stdout.trim()).toBe('401')
  })

  it('says what to set when it has no key', async () => {
    const load = run(process.execPath, [bundle], { cwd: directory, env: { PATH: process.env.PATH } })
    await expect(load).rejects.toThrow('set MODELGATE_API_KEY')
  })

  it('answers an event with a stream from Bedrock, piece by piece, to [DONE], whoever’s shell it is', async () => {
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK']) vi.stubEnv(name, 'mine')
    const lines: string[] = []
    const print = (line: string): void => void lines.push(line)
    expect(await runLocal({ handlerUrl: pathToFileURL(bundle), print, frameDelayMs: 0 })).toBe(true)
    expect(lines.join('\n')).toContain('status 200')
    expect(lines.filter(line => / ms {2}"/.test(line)).length).toBeGreaterThan(2)
    expect(lines.at(-2)).toContain('data: [DONE]')
  })
})

// The packages as they are shipped, on the runtimes that the README names: packs them, installs them in an empty project, and runs the
// checks on each runtime. The upstream is the simulator, which runs on Node.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { runChecks } from './checks.mjs'

const here = import.meta.dirname
const root = join(here, '../..')
const packages = ['core', 'openai', 'bedrock', 'simulator']
const work = mkdtempSync(join(tmpdir(), 'modelgate-runtimes-'))
const project = join(work, 'project')
const startedAt = Date.now()
const say = text => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(3)} s  ${text}`)
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], timeout: 120_000 })

/** Programs by their binaries: a wrapper in between would outlive the end of the test. */
const bun = [join(here, 'node_modules/bun/bin/bun.exe')]
const deno = [join(here, 'node_modules/deno/deno'), 'run', '--allow-all', '--no-lock']
const node22 = [join(here, 'node_modules/node-22/bin/node')]
const node26 = [join(here, 'node_modules/node-26/bin/node')]
const { devDependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const named = name => `${name.replace(/-.*/, '')} ${devDependencies[name.toLowerCase()].split('@').at(-1)}`
const runs = [
  { name: named('Node-22'), command: node22, front: 'node:http', transport: 'default' },
  { name: named('Node-26'), command: node26, front: 'node:http', transport: 'default' },
  { name: named('Node-26'), command: node26, front: 'node:http', transport: 'fetch' },
  { name: named('Bun'), command: bun, front: 'fetch', transport: 'default' },
  { name: named('Bun'), command: bun, front: 'node:http', transport: 'fetch' },
  { name: named('Deno'), command: deno, front: 'fetch', transport: 'default' },
  { name: named('Deno'), command: deno, front: 'node:http', transport: 'fetch' },
  // Of a gateway that serves one request there is no end to see.
  { name: `workerd by ${named('Miniflare')}`, front: 'fetch', transport: 'fetch', without: ['the end'] },
  { name: `workerd by ${named('Miniflare')}`, front: 'fetch', transport: 'default', without: ['the end'] },
]

try {
  pack()
  const { startSimulator } = await import(
    pathToFileURL(join(project, 'node_modules/@modelgate/simulator/dist/index.js'))
  )
  for (const one of runs) await tryOne(one, startSimulator)
} finally {
  rmSync(work, { recursive: true, force: true })
}
say(process.exitCode ? 'FAILED' : 'every runtime passed')

function pack() {
  run('pnpm', [...packages.map(name => `--filter=./packages/${name}`), 'run', 'build'], root)
  say('built')
  const tarballs = {}
  for (const name of packages) {
    run('pnpm', ['pack', '--out', join(work, `${name}.tgz`)], join(root, 'packages', name))
    tarballs[`@modelgate/${name}`] = `file:${join(work, `${name}.tgz`)}`
  }
  cpSync(join(here, 'host'), project, { recursive: true })
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, dependencies: tarballs, overrides: tarballs }),
  )
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], project)
  say('packed, and installed in an empty project')
}

async function tryOne({ name, command, front, transport, without }, startSimulator) {
  const simulator = await startSimulator()
  const { url, credential, bearerToken, openaiKey } = simulator
  const settings = JSON.stringify({ url, ...credential, bearerToken, openaiKey, front, transport })
  const host = await (command ? startProgram(command, settings) : startWorker(settings))
  try {
    const failed = await runChecks({ base: host.base, simulator, without })
    say(`${name}, ${front}, transport ${transport}: ${failed.length ? 'FAILED' : 'passed'}`)
    for (const { name: check, error } of failed)
      console.log(`       ${check}: ${String(error?.stack ?? error).slice(0, 600)}`)
    if (failed.length > 0) process.exitCode = 1
  } finally {
    await host.stop()
    await simulator.close()
  }
}

/** Nothing of it outlives its time, whatever becomes of the run; what it says is shown where it does not start. */
async function startProgram([program, ...args], settings) {
  const child = spawn(program, [...args, 'serve.mjs'], {
    cwd: project,
    env: { ...process.env, SETTINGS: settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  let errors = ''
  child.stderr.on('data', text => {
    errors += text
  })
  for await (const line of createInterface(child.stdout)) {
    return { base: `http://127.0.0.1:${JSON.parse(line).port}`, stop: () => child.kill('SIGKILL') }
  }
  throw new Error(`${program} did not serve: ${errors}`)
}

/** As `wrangler` does it: one module, in which Node's are asked for by their prefix. */
async function startWorker(settings) {
  const { outputFiles } = await build({
    entryPoints: [join(project, 'worker.mjs')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
  })
  const worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents: outputFiles[0].text }],
    compatibilityDate: '2026-07-30',
    compatibilityFlags: ['nodejs_compat', 'enable_request_signal'],
    bindings: { SETTINGS: settings },
    host: '127.0.0.1',
    port: 0,
  })
  const { href } = await worker.ready
  return { base: href.slice(0, -1), stop: () => worker.dispose() }
}

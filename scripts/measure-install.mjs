// How long a newcomer waits: clones this repository, installs with empty caches, starts the demo, and prints what it cost.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const gate = { seconds: 60, megabytes: 150 }
const root = join(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'modelgate-cold-'))
const clone = join(work, 'clone')
const env = {
  ...process.env,
  CI: 'true',
  PORT: '0',
  npm_config_cache: join(work, 'npm-cache'),
  pnpm_config_store_dir: join(work, 'store'),
  pnpm_config_cache_dir: join(work, 'pnpm-cache'),
}

try {
  execFileSync('git', ['clone', '--quiet', root, clone])
  const startedAt = Date.now()
  const fetched = await install()
  const app = spawn('npx', ['-y', 'pnpm@12', 'start'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  const serving = await firstJsonLine(app)
  const seconds = (Date.now() - startedAt) / 1000
  process.kill(-app.pid, 'SIGTERM')
  // npm keeps what it downloaded as it came: pnpm itself and the Node binary.
  const megabytes = (fetched + bytesBelow(join(work, 'npm-cache', '_cacache'))) / 1e6
  console.log(
    `cold: clone to ${serving.msg} in ${seconds.toFixed(1)} s (gate ${gate.seconds}), ${megabytes.toFixed(0)} MB downloaded (gate ${gate.megabytes}), ${(diskUsage(join(clone, 'node_modules')) / 1024).toFixed(0)} MB on disk`,
  )
  if (seconds > gate.seconds || megabytes > gate.megabytes) process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}

async function install() {
  const child = spawn('npx', ['-y', 'pnpm@12', 'install', '--reporter=ndjson'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let bytes = 0
  for await (const line of createInterface(child.stdout)) {
    const event = line.startsWith('{') ? JSON.parse(line) : {}
    if (event.name === 'pnpm:fetching-progress' && event.status === 'started') bytes += event.size ?? 0
  }
  if (child.exitCode === null) await once(child, 'exit')
  if (child.exitCode !== 0) throw new Error(`install ended with ${child.exitCode}`)
  return bytes
}

async function firstJsonLine(child) {
  for await (const line of createInterface(child.stdout)) if (line.startsWith('{')) return JSON.parse(line)
  throw new Error('the app ended before it served')
}

function bytesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

function diskUsage(folder) {
  return Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0])
}

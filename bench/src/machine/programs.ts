import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'

/** What the bench needs besides Node, by the Debian package that has it. */
const programs: Readonly<Record<string, string>> = {
  wrk: 'wrk',
  nginx: 'nginx-light',
  taskset: 'util-linux',
  'redis-server': 'redis-server',
}

/** Installs what is missing, from Debian's packages. */
export function installPrograms(): void {
  const missing = Object.keys(programs).filter(name => spawnSync('which', [name]).status !== 0)
  if (missing.length === 0) return
  const packages = missing.map(name => programs[name]!)
  process.stderr.write(`installing ${packages.join(', ')} …\n`)
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'ignore' })
  } catch (cause) {
    throw new Error(`The bench needs ${missing.join(' and ')}; install them (Debian: ${packages.join(' ')}).`, {
      cause,
    })
  }
}

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly node: string
  readonly kernel: string
  readonly nginx: string
  readonly undici: string
}

export function describeMachine(): Machine {
  const undici = JSON.parse(readFileSync(new URL('../../node_modules/undici/package.json', import.meta.url), 'utf8'))
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    node: process.version,
    kernel: os.release(),
    nginx: spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr.trim().replace(/^.*\//, ''),
    undici: (undici as { version: string }).version,
  }
}

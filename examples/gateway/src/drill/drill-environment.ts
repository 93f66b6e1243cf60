import { readFileSync } from 'node:fs'
import type { Environment } from '../environment.ts'

/** An environment to drill in, and the variables that were not set. */
export interface DrillEnvironment {
  readonly environment: Environment
  readonly unset: readonly string[]
}

const stub = 'not-set'

/**
 * The environment with a stub for each secret that the configuration file names and nobody has set: a drill sends no secret anywhere,
 * so that it also runs where there are none, as in CI. A file that cannot be read is the plan's to complain of.
 */
export function drillEnvironment(environment: Environment): DrillEnvironment {
  const named = new Set([...sourceOf(environment).matchAll(/"env:([A-Za-z_]\w*)"/g)].flatMap(([, name]) => name ?? []))
  const unset = [...named].filter(name => !environment[name])
  const stubs = Object.fromEntries(unset.map(name => [name, stub]))
  // A provider of OpenAI's that names no key takes this one, and a file without it would be refused.
  const openaiKey = environment.MODELGATE_CONFIG && !environment.OPENAI_API_KEY ? { OPENAI_API_KEY: stub } : {}
  return { environment: { ...environment, ...openaiKey, ...stubs }, unset }
}

function sourceOf({ MODELGATE_CONFIG: file }: Environment): string {
  if (!file) return ''
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

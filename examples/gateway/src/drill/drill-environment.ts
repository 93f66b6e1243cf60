import { readFileSync } from 'node:fs'
import { variables } from '../config/variables.ts'
import type { Environment } from '../environment.ts'

/** An environment to drill in, and the variables that were not set. */
interface DrillEnvironment {
  readonly environment: Environment
  readonly unset: readonly string[]
}

/** The first does, unless the name is that of a variable which the app checks, such as REDIS_URL. */
const stubs = ['not-set-for-this-drill', 'redis://not-set.invalid'] as const

/**
 * The environment with a stub for each secret that the configuration file names and nobody has set: a drill sends no secret anywhere,
 * so that it also runs where there are none, as in CI. A file that cannot be read is the plan's to complain of.
 */
export function drillEnvironment(environment: Environment): DrillEnvironment {
  const named = new Set([...sourceOf(environment).matchAll(/"env:([A-Za-z_]\w*)"/g)].flatMap(([, name]) => name ?? []))
  const unset = [...named].filter(name => !environment[name])
  const stubbed = Object.fromEntries(unset.map(name => [name, stubFor(name)]))
  // A provider of OpenAI's that names no key takes this one, and a file without it would be refused.
  const openaiKey = environment.MODELGATE_CONFIG && !environment.OPENAI_API_KEY ? { OPENAI_API_KEY: stubs[0] } : {}
  return { environment: { ...environment, ...openaiKey, ...stubbed }, unset }
}

function stubFor(name: string): string {
  const read = variables.find(variable => variable.name === name)?.read
  return stubs.find(stub => !read || 'value' in read(stub)) ?? stubs[0]
}

function sourceOf({ MODELGATE_CONFIG: file }: Environment): string {
  if (!file) return ''
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

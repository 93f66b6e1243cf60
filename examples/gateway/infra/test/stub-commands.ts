import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A program that a script called: its name, arguments, and what came over standard input where that was read. */
export interface StubCall {
  readonly program: string
  readonly args: readonly string[]
  readonly input?: string | undefined
  /** Where it would have gone by its environment. */
  readonly region?: string | undefined
}

export interface StubCommands {
  /** To stand first in PATH. */
  readonly directory: string
  calls(): readonly StubCall[]
}

/** What a stub says and how it ends, by the start of its command line: `aws sts`. What none matches says nothing and is well. */
export type StubAnswers = Readonly<Record<string, { readonly stdout?: string; readonly code?: number }>>

/** Programs that only note how they were called. */
export function stubCommands(programs: readonly string[], answers: StubAnswers = {}): StubCommands {
  const directory = mkdtempSync(join(tmpdir(), 'modelgate-stubs-'))
  const log = join(directory, 'calls.jsonl')
  writeFileSync(log, '')
  const script = (program: string): string => `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs')
const args = process.argv.slice(2)
const reads = args.includes('file:///dev/stdin') || args.includes('-K')
const input = reads ? readFileSync(0, 'utf8') : undefined
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ program: '${program}', args, input, region: process.env.AWS_REGION }) + '\\n')
const line = ['${program}', ...args].join(' ')
const answers = Object.entries(${JSON.stringify(answers)})
const [, { stdout = '', code = 0 } = {}] = answers.find(([start]) => line.startsWith(start)) ?? []
process.stdout.write(stdout)
process.exitCode = code
`
  for (const program of programs) writeFileSync(join(directory, program), script(program), { mode: 0o755 })
  return {
    directory,
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line) as StubCall),
  }
}

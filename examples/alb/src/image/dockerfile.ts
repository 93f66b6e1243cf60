/** One line of a stage. */
export type Instruction =
  | { readonly kind: 'WORKDIR'; readonly path: string }
  | {
      readonly kind: 'COPY'
      readonly from: string | undefined
      readonly sources: readonly string[]
      readonly to: string
    }
  | { readonly kind: 'RUN'; readonly command: string }
  | { readonly kind: 'ENV'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'USER'; readonly name: string }
  | { readonly kind: 'CMD' | 'HEALTHCHECK'; readonly command: readonly string[] }
  | { readonly kind: 'EXPOSE'; readonly port: number }

export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

/**
 * The stages of a Dockerfile that keeps to what is read here: no build arguments, no shell form of CMD.
 * @throws {Error} for a line that is not read, which would else be left out.
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    if (line.endsWith('\\')) throw unread(line)
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    if (word === 'FROM') {
      const [base = '', , name] = rest.split(/\s+/)
      stages.push({ base, name, instructions: [] })
      continue
    }
    const stage = stages.at(-1)
    if (!stage) throw unread(line)
    stage.instructions.push(parseInstruction(word, rest, line))
  }
  return stages
}

function parseInstruction(word: string, rest: string, line: string): Instruction {
  switch (word) {
    case 'WORKDIR':
      return { kind: word, path: rest }
    case 'RUN':
      if (rest.startsWith('--') || rest.startsWith('[')) throw unread(line)
      return { kind: word, command: rest }
    case 'COPY':
      return parseCopy(rest, line)
    case 'ENV': {
      const pairs = rest.split(/\s+/).map(pair => /^(\w+)=([^"'\\$]*)$/.exec(pair) ?? [])
      if (pairs.some(([, name]) => name === undefined)) throw unread(line)
      return { kind: word, variables: Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value])) }
    }
    case 'EXPOSE':
      return { kind: word, port: Number(rest) }
    case 'USER':
      return { kind: word, name: rest }
    case 'HEALTHCHECK':
      return { kind: word, command: execForm(rest.replace(/^(--\S+\s+)*CMD\s+/, ''), line) }
    case 'CMD':
      return { kind: word, command: execForm(rest, line) }
    default:
      throw unread(line)
  }
}

function parseCopy(rest: string, line: string): Instruction {
  const words = rest.split(/\s+/)
  const flags = words.filter(word => word.startsWith('--'))
  const from = flags.map(flag => /^--from=(\S+)$/.exec(flag)?.[1])[0]
  const paths = words.filter(word => !word.startsWith('--'))
  if (flags.length > (from === undefined ? 0 : 1) || paths.length < 2) throw unread(line)
  return { kind: 'COPY', from, sources: paths.slice(0, -1), to: paths.at(-1)! }
}

/** A command that no shell reads: a shell would stand between it and SIGTERM. */
function execForm(rest: string, line: string): readonly string[] {
  if (!rest.startsWith('[')) throw unread(line)
  return JSON.parse(rest) as string[]
}

function unread(line: string): Error {
  return new Error(`This line of the Dockerfile is not read here: ${line}`)
}

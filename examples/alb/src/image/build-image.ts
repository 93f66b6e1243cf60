import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, stat } from 'node:fs/promises'
import { join, matchesGlob, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Instruction, parseDockerfile, type Stage } from './dockerfile.ts'

const run = promisify(execFile)

export interface BuildOptions {
  readonly dockerfile: string
  /** What `docker build` would be given as its context. */
  readonly context: string
  /** An empty directory, in which each stage gets a root of its own. */
  readonly directory: string
  readonly print: (line: string) => void
  /** Roots of stages that were built otherwise, and are not built here. */
  readonly given?: Readonly<Record<string, string>> | undefined
}

/** What an image would hold, as a directory. */
export interface BuiltImage {
  /** Where the command starts. */
  readonly workdir: string
  readonly environment: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly healthCheck: readonly string[]
  readonly user: string
}

/**
 * Carries out the lines of a Dockerfile, in their order, on this machine: each stage in a directory, with this machine's Node in place
 * of the base image. What Docker would leave out of the context, by `<Dockerfile>.dockerignore`, is left out here.
 * @throws {Error} for a line that it cannot carry out, or whose command fails.
 */
export async function buildImage(options: BuildOptions): Promise<BuiltImage> {
  const { dockerfile, context, directory, print, given = {} } = options
  const stages = parseDockerfile(await readFile(dockerfile, 'utf8'))
  const ignored = (await readFile(`${dockerfile}.dockerignore`, 'utf8')).split('\n').filter(Boolean)
  const roots = new Map(Object.entries(given))
  let built: BuiltImage | undefined
  for (const [index, stage] of stages.entries()) {
    const name = stage.name ?? `${index}`
    if (roots.has(name)) continue
    const root = join(directory, name)
    await mkdir(root, { recursive: true })
    print(`FROM ${stage.base}, as ${name}: this machine's Node ${process.versions.node}`)
    const isIgnored = (path: string): boolean => isLeftOut(relative(context, path), ignored)
    built = await buildStage(stage, { root, roots, context, isIgnored, print })
    roots.set(name, root)
  }
  if (!built) throw new Error('This Dockerfile has no FROM.')
  return built
}

interface StagePlace {
  readonly root: string
  readonly roots: ReadonlyMap<string, string>
  readonly context: string
  readonly isIgnored: (path: string) => boolean
  readonly print: (line: string) => void
}

async function buildStage(stage: Stage, place: StagePlace): Promise<BuiltImage> {
  const { root, print } = place
  let workdir = root
  let environment: Record<string, string> = {}
  let [command, healthCheck, user]: [readonly string[], readonly string[], string] = [[], [], 'root']
  for (const instruction of stage.instructions) {
    if (instruction.kind === 'WORKDIR') {
      workdir = join(root, instruction.path)
      await mkdir(workdir, { recursive: true })
    } else if (instruction.kind === 'COPY') await copy(instruction, workdir, place)
    else if (instruction.kind === 'RUN') {
      print(`RUN ${instruction.command}`)
      // Paths of the image stand for those below its root.
      const line = instruction.command.replaceAll(/(?<=\s)\/(?=[a-z])/g, `${root}/`)
      await run('sh', ['-c', line], { cwd: workdir, env: { ...process.env, CI: 'true', ...environment } })
    } else if (instruction.kind === 'ENV') environment = { ...environment, ...instruction.variables }
    else if (instruction.kind === 'USER') user = instruction.name
    else if (instruction.kind === 'CMD') command = instruction.command
    else if (instruction.kind === 'HEALTHCHECK') healthCheck = instruction.command
  }
  return { workdir, environment, command, healthCheck, user }
}

type Copy = Extract<Instruction, { kind: 'COPY' }>

/** A directory is copied by what is in it, as Docker does. */
async function copy({ from, sources, to }: Copy, workdir: string, place: StagePlace): Promise<void> {
  place.print(`COPY ${from === undefined ? '' : `--from=${from} `}${sources.join(' ')} ${to}`)
  const base = from === undefined ? place.context : place.roots.get(from)
  if (base === undefined) throw new Error(`COPY --from=${from}: there is no such stage before this one.`)
  for (const source of sources) {
    const path = resolve(base, from === undefined ? source : source.slice(1))
    const target = resolve(workdir, to)
    const isDirectory = (await stat(path)).isDirectory()
    await cp(path, isDirectory ? target : join(target, source.slice(source.lastIndexOf('/') + 1)), {
      recursive: true,
      filter: file => from !== undefined || !place.isIgnored(file),
    })
  }
}

/** By the patterns of a .dockerignore that has no exceptions. */
function isLeftOut(path: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => matchesGlob(path, pattern))
}

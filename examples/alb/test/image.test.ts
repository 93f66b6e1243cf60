import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { buildImage } from '../src/image/build-image.ts'
import { type Instruction, parseDockerfile } from '../src/image/dockerfile.ts'
import { tryImage } from '../src/image/try-image.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const dockerfile = join(root, 'examples/alb/Dockerfile')
const stages = parseDockerfile(await readFile(dockerfile, 'utf8'))
const kinds = (instructions: readonly Instruction[] = []): readonly string[] => instructions.map(({ kind }) => kind)

it('the image is built in one stage and runs in another, which holds what was built and nothing that builds', () => {
  expect(stages.map(({ name }) => name)).toEqual(['build', undefined])
  expect(kinds(stages[1]?.instructions)).not.toContain('RUN')
  const copies = stages[1]?.instructions.flatMap(line => (line.kind === 'COPY' ? [line] : []))
  expect(copies?.flatMap(({ sources }) => sources)).toEqual(['/app/out', 'examples/alb/health-check.mjs'])
})

it('it serves as somebody who owns nothing in it, and gets its signals itself', () => {
  expect(stages[1]?.instructions.slice(-3)).toEqual([
    { kind: 'USER', name: 'node' },
    { kind: 'HEALTHCHECK', command: ['node', 'health-check.mjs'] },
    { kind: 'CMD', command: ['node', 'main.mjs'] },
  ])
})

// The stage before it, which installs all over again, is `pnpm image`'s.
it('its last stage starts, answers, streams, and drains at SIGTERM', { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelgate-image-'))
  try {
    await chmod(directory, 0o755)
    const built = join(directory, 'build')
    await mkdir(join(built, 'app'), { recursive: true })
    const bundling = stages[0]?.instructions.at(-1)
    expect(bundling).toEqual({ kind: 'RUN', command: 'node examples/gateway/build.mjs /app/out' })
    await run(process.execPath, [join(root, 'examples/gateway/build.mjs'), join(built, 'app/out')])
    const print = (): void => {}
    const image = await buildImage({ dockerfile, context: root, directory, given: { build: built }, print })
    const told: string[] = []
    await tryImage(image, line => told.push(line))
    expect(told).toHaveLength(7)
  } finally {
    await rm(directory, { recursive: true })
  }
})

it.each([
  'ARG VERSION',
  'RUN --mount=type=cache,target=/root x',
  'COPY --chown=node a b',
  'CMD node main.mjs',
  'ENV NAME="a b"',
])('a line that is not read is refused, and not left out: %s', line => {
  expect(() => parseDockerfile(`FROM node\n${line}`)).toThrow(`not read here: ${line}`)
})

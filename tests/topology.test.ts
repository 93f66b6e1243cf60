import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const imports =
  /(?:^|\n)\s*(?:import|export)\b(?<type>\s+type\b)?[^'"]*?from\s+['"](?<module>[^'"]+)['"]|(?:^|\n)import\s+['"](?<effect>[^'"]+)['"]|\bimport\(\s*['"](?<later>[^'"]+)['"]\s*\)/g

/** What is imported when it is needed, with the two lines that lead to it; types are not. */
const later = /((?:.*\n)?.*)(?<!typeof )\bimport\('([^'.][^']*)'\)/g

interface Import {
  readonly from: string
  readonly to: string
  /** Whether `from` is run after `to`: not for types, and not for what is imported when it is needed. */
  readonly atLoad: boolean
}

function importsOf(pattern: string): Import[] {
  return globSync(pattern, { cwd: root, exclude: path => path.includes('node_modules') }).flatMap(from =>
    [...readFileSync(join(root, from), 'utf8').matchAll(imports)].map(({ groups: found = {} }) => ({
      from,
      to: found.module ?? found.effect ?? found.later ?? '',
      atLoad: found.type === undefined && found.later === undefined,
    })),
  )
}

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, unknown>
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
}

/** Which packages of ours the sources of each may import. */
const allowed: Record<string, readonly string[]> = {
  core: [],
  simulator: [],
  openai: ['core'],
  aws: ['core'],
  'mcp-context': ['core'],
  bedrock: ['core', 'openai'],
}

describe('who may import whom', () => {
  it.each(Object.keys(allowed))('packages/%s imports only what it may, and declares it', name => {
    const found = importsOf(`packages/${name}/src/**/*.ts`).filter(({ to }) => !to.startsWith('.'))
    const wrong = found.filter(({ to }) => {
      const own = /^@modelgate\/([^/]+)/.exec(to)?.[1]
      return own !== undefined && !allowed[name]?.includes(own)
    })
    expect(wrong).toEqual([])
    const { dependencies = {}, peerDependencies = {} } = manifest(`packages/${name}`)
    const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
    const undeclared = found.filter(({ to }) => !to.startsWith('node:') && !declared.has(packageOf(to)))
    expect(undeclared).toEqual([])
    expect(Object.keys(dependencies).filter(dependency => dependency.startsWith('@modelgate/'))).toEqual([])
  })

  it('core names no provider', () => {
    const named = globSync('packages/core/src/**/*.ts', { cwd: root }).filter(file =>
      /['"](?:aws\.)?(?:bedrock|openai|anthropic)['"]/i.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(named).toEqual([])
  })

  it('the feature folders of core do not import each other', () => {
    const features = new Set([
      'router',
      'resilience',
      'limits',
      'auth',
      'cost',
      'cache',
      'context',
      'http',
      'idempotency',
    ])
    const crossing = importsOf('packages/core/src/**/*.ts').filter(({ from, to }) => {
      if (!to.startsWith('.')) return false
      const [here, there] = [folderOf(from), folderOf(normalize(join(dirname(from), to)))]
      return features.has(here) && features.has(there) && here !== there && !crossings.has(`${here} → ${there}`)
    })
    expect(crossing).toEqual([])
  })

  it('what features of core stand on knows none of them', () => {
    const grounds = ['redis', 'stream', 'upstream', 'usage', 'wire']
    const found = grounds.flatMap(name => importsOf(`packages/core/src/${name}/**/*.ts`))
    const up = found.filter(({ from, to }) => {
      const path = normalize(join(dirname(from), to))
      return to.startsWith('.') && path.split('/').length > 4 && !grounds.includes(folderOf(path))
    })
    expect(up).toEqual([])
  })

  it('no module waits for itself, by way of others', () => {
    expect(circles(importsOf(sources).filter(({ atLoad }) => atLoad))).toEqual([])
  })

  it('nor do their types, but where one contract is told in parts', () => {
    const told = new Set(circles(importsOf(sources)).flatMap(circle => circle.split(' → ')))
    expect([...told].filter(path => !contract.has(path))).toEqual([])
  })

  it('nothing but tests and examples imports the simulator, and nothing imports an example', () => {
    expect(importsOf('packages/*/src/**/*.ts').filter(({ to }) => to.startsWith('@modelgate/simulator'))).toEqual([])
    expect(importsOf('{packages,examples}/*/src/**/*.ts').filter(({ to }) => /example/.test(packageOf(to)))).toEqual([])
  })

  it.each(Object.keys(allowed))(
    'packages/%s awaits what need not be installed within a `try`, or webpack and Next.js refuse to bundle it',
    name => {
      const { peerDependenciesMeta = {} } = manifest(`packages/${name}`)
      const found = globSync(`packages/${name}/src/**/*.ts`, { cwd: root }).flatMap(file =>
        [...readFileSync(join(root, file), 'utf8').matchAll(later)].map(([, before, module]) => ({
          file,
          module: module ?? '',
          isAwaited: /\btry \{\n\s*return await $/.test(before ?? ''),
        })),
      )
      // Who takes undici's transport, and imports it for that alone, has undici.
      const optional = Object.keys(peerDependenciesMeta).filter(peer => peer !== 'undici')
      const wrong = found.filter(({ module, isAwaited }) => optional.includes(packageOf(module)) && !isAwaited)
      expect(wrong.map(({ file, module }) => `${file}: ${module}`)).toEqual([])
    },
  )

  it('nock is imported by its own project only', () => {
    const files = importsOf('{packages,examples}/*/{src,test}/**/*.ts').concat(importsOf('tests/**/*.ts'))
    expect(files.filter(({ from, to }) => to === 'nock' && !from.endsWith('.nock.test.ts'))).toEqual([])
  })
})

/** The door authenticates, so `http` may call `auth`: it is the edge, not a layer. Idempotency keeps its answers in the cache's store. */
const crossings = new Set(['http → auth', 'idempotency → cache'])

const sources = '{packages/*/src,examples/*/{src,infra},bench/src}/**/*.ts'

/** A call, its context and who follows it; how a call ends, and the error that it may end with. */
const contract = new Set(
  ['contract', 'call-context', 'telemetry/call-trace', 'batch-operations', 'outcome', 'errors'].map(
    name => `packages/core/src/${name}.ts`,
  ),
)

/** Ways that lead back to where they began, each as it was first found. */
function circles(all: readonly Import[]): string[] {
  const next = Map.groupBy(
    all.filter(({ to }) => to.startsWith('.')),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const rounds: string[] = []
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) rounds.push([...way.slice(way.indexOf(path)), path].join(' → '))
    if (done.has(path)) return
    done.add(path)
    for (const { from, to } of next.get(path) ?? []) visit(normalize(join(dirname(from), to)), [...way, path])
  }
  for (const path of next.keys()) visit(path, [])
  return rounds
}

/** The folder of core's sources that a path lies in. */
function folderOf(path: string): string {
  return relative('packages/core/src', path).split('/')[0] ?? ''
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

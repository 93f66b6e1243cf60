import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build, type Metafile, type Plugin } from 'esbuild'

/** Of what `createGateway` alone brings into a bundle and is read at import, its dependencies with it. */
const goal = { gate: 30, stretch: 24 } as const

const contents = "import { createGateway } from '@modelgate/core'; globalThis.kept = createGateway"

/** What a gateway could do without, by the files that it consists of. */
const features: Readonly<Record<string, RegExp>> = {
  'limits and budgets': /core\/src\/limits\//,
  'the door over HTTP': /core\/src\/http\//,
  routing: /core\/src\/router\//,
  'logs, metrics, reports': /core\/src\/telemetry\//,
  'lru-cache': /\/lru-cache\//,
  'breakers, cool-downs, bulkheads, retries, time limits': /core\/src\/resilience\//,
  'checks of options':
    /\/(check-(options|limits|budgets|resilience|routes|prices)|(rate-limit|budget|value)-check|fault-words|spelling-of)\.ts$/,
  cost: /core\/src\/(cost\/|cost-bound|target-cost)/,
  'what is left of batches': /core\/src\/(http\/)?batches\//,
}
const needed = new Set(['the door over HTTP', 'routing'])

interface Bundle {
  readonly metafile: Metafile
  /** Names of the files that an import of it reads. */
  readonly atImport: ReadonlySet<string>
  readonly gzipped: (files: Iterable<string>) => number
}

/**
 * `pnpm bench size`: a bundle of `createGateway`, tree-shaken, minified and gzipped; of whom its bytes are, before they are gzipped; what
 * lies beside it and is loaded once it is needed; and what it would weigh without each of its features.
 * @returns 1 where the gate is missed, else 0
 */
export async function benchSize(): Promise<number> {
  const { metafile, atImport, gzipped } = await bundle()
  const size = gzipped(atImport)
  const reached = size <= goal.stretch ? 'stretch' : size <= goal.gate ? 'gate' : 'missed'
  console.log(`createGateway, gzip  ${size.toFixed(1)} KB; gate ${goal.gate}, stretch ${goal.stretch}: ${reached}`)
  printParts(metafile, atImport)
  const later = Object.keys(metafile.outputs).filter(path => !atImport.has(path))
  console.log(`loaded when needed, gzip  ${gzipped(later).toFixed(1)} KB`)
  printParts(metafile, later)
  console.log('read at import, gzip, without')
  const rest = Object.keys(features).filter(name => !needed.has(name))
  for (const names of [...Object.keys(features).map(name => [name]), rest]) {
    const lighter = await bundle(names.map(name => features[name]!))
    const what = names === rest ? `all of these but ${[...needed].join(' and ')}` : names.join()
    console.log(`${lighter.gzipped(lighter.atImport).toFixed(1).padStart(7)} KB  ${what}`)
  }
  return reached === 'missed' ? 1 : 0
}

/** The files that an import of the bundle reads: its own, and what these import in turn, but not by `import()`. */
function readAtImport({ outputs }: Metafile): ReadonlySet<string> {
  const found = new Set(Object.keys(outputs).filter(path => outputs[path]?.entryPoint === '<stdin>'))
  // What is added meanwhile is walked, too.
  for (const path of found) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) found.add(imported)
    }
  }
  return found
}

/** Bytes of each dependency, and of each folder of core, in some of a bundle's files. */
function printParts({ outputs }: Metafile, files: Iterable<string>): void {
  const sizes: Record<string, number> = {}
  const inputs = [...files].flatMap(file => Object.entries(outputs[file]?.inputs ?? {}))
  for (const [path, { bytesInOutput }] of inputs) {
    const part =
      /node_modules\/((?!\.pnpm)[^/]+)/.exec(path)?.[1] ??
      /core\/src\/([^/]+)\//.exec(path)?.[1] ??
      'beside the folders'
    sizes[part] = (sizes[part] ?? 0) + bytesInOutput
  }
  for (const [part, bytes] of Object.entries(sizes).toSorted(([, a], [, b]) => b - a))
    console.log(`${(bytes / 1024).toFixed(1).padStart(7)} KB  ${part}`)
}

/** @param left files that are left out of it: what they export is nothing */
async function bundle(left: readonly RegExp[] = []): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    splitting: true,
    outdir: 'out',
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    conditions: ['modelgate-source', 'module'],
    plugins: [without(left)],
    metafile: true,
    write: false,
  })
  const nameOf = (path: string): string => path.split('/').at(-1) ?? ''
  const weights = new Map(
    outputFiles.map(file => [nameOf(file.path), gzipSync(file.contents, { level: 9 }).length / 1024]),
  )
  const gzipped = (files: Iterable<string>): number =>
    [...files].reduce((sum, file) => sum + (weights.get(nameOf(file)) ?? 0), 0)
  return { metafile, atImport: readAtImport(metafile), gzipped }
}

/** Leaves only the names of what files export. */
function without(left: readonly RegExp[]): Plugin {
  const declared = /^export (?:async )?(?:function\*?|class|const) (\w+)/gm
  const listed = /\bas ([A-Z]\w+)/g
  return {
    name: 'without',
    setup(build) {
      build.onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
        if (!left.some(pattern => pattern.test(path))) return undefined
        const source = await readFile(path, 'utf8')
        const names = new Set([declared, listed].flatMap(form => Array.from(source.matchAll(form), ([, name]) => name)))
        return {
          contents: Array.from(names, name => `export const ${name} = globalThis.${name}`).join('\n'),
          loader: 'ts',
        }
      })
    },
  }
}

import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

/** Of what `createGateway` alone brings into a bundle and is read at import, its dependencies with it. */
const goal = { gate: 30, stretch: 24 } as const

const contents = "import { createGateway } from '@modelgate/core'; globalThis.kept = createGateway"

/**
 * `pnpm bench size`: a bundle of `createGateway`, tree-shaken, minified and gzipped; of whom its bytes are, before they are gzipped; and
 * what lies beside it and is loaded once it is needed.
 * @returns 1 where the gate is missed, else 0
 */
export async function benchSize(): Promise<number> {
  const { outputFiles, metafile } = await bundle()
  const atImport = readAtImport(metafile)
  const gzipped = (paths: Iterable<string>): number => {
    const names = new Set([...paths].map(path => path.split('/').at(-1)))
    const files = outputFiles.filter(({ path }) => names.has(path.split('/').at(-1)))
    return files.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0) / 1024
  }
  const size = gzipped(atImport)
  const reached = size <= goal.stretch ? 'stretch' : size <= goal.gate ? 'gate' : 'missed'
  console.log(`createGateway, gzip  ${size.toFixed(1)} KB; gate ${goal.gate}, stretch ${goal.stretch}: ${reached}`)
  printParts(metafile, atImport)
  const later = Object.keys(metafile.outputs).filter(path => !atImport.has(path))
  console.log(`loaded when needed, gzip  ${gzipped(later).toFixed(1)} KB`)
  printParts(metafile, new Set(later))
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
function printParts({ outputs }: Metafile, files: ReadonlySet<string>): void {
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

function bundle() {
  return build({
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
    metafile: true,
    write: false,
  })
}

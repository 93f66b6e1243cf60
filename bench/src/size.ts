import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

/** Of what `createGateway` alone brings into a bundle, its dependencies with it. */
const goal = { gate: 30, stretch: 24 } as const

const contents = "import { createGateway } from '@modelgate/core'; globalThis.kept = createGateway"

/**
 * `pnpm bench size`: a bundle of `createGateway`, tree-shaken, minified and gzipped; and of whom its bytes are, before they are gzipped.
 * @returns 1 where the gate is missed, else 0
 */
export async function benchSize(): Promise<number> {
  const { outputFiles, metafile } = await bundle()
  const size = gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 1024
  const reached = size <= goal.stretch ? 'stretch' : size <= goal.gate ? 'gate' : 'missed'
  console.log(`createGateway, gzip  ${size.toFixed(1)} KB; gate ${goal.gate}, stretch ${goal.stretch}: ${reached}`)
  const parts = Object.entries(sizesOf(metafile)).toSorted(([, a], [, b]) => b - a)
  for (const [part, bytes] of parts) console.log(`${(bytes / 1024).toFixed(1).padStart(7)} KB  ${part}`)
  return reached === 'missed' ? 1 : 0
}

/** Bytes of each dependency, and of each folder of core. */
function sizesOf({ outputs }: Metafile): Record<string, number> {
  const sizes: Record<string, number> = {}
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))
  for (const [path, { bytesInOutput }] of inputs) {
    const part =
      /node_modules\/((?!\.pnpm)[^/]+)/.exec(path)?.[1] ??
      /core\/src\/([^/]+)\//.exec(path)?.[1] ??
      'beside the folders'
    sizes[part] = (sizes[part] ?? 0) + bytesInOutput
  }
  return sizes
}

function bundle() {
  return build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
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

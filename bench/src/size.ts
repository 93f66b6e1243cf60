import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** Of what `createGateway` alone brings into a bundle, its dependencies with it. */
const goal = { gate: 30, stretch: 24 } as const

const contents = "import { createGateway } from '@modelgate/core'; globalThis.kept = createGateway"

/**
 * `pnpm bench size`: a bundle of `createGateway`, tree-shaken, minified and gzipped; and of whom its bytes are.
 * @returns 1 where the gate is missed, else 0
 */
export async function benchSize(): Promise<number> {
  const all = await bundled([])
  const own = await bundled(['zod', 'zod/*', 'lru-cache'])
  const reached = all <= goal.stretch ? 'stretch' : all <= goal.gate ? 'gate' : 'missed'
  console.log(`createGateway, gzip  ${all.toFixed(1)} KB; gate ${goal.gate}, stretch ${goal.stretch}: ${reached}`)
  console.log(`… without zod and lru-cache  ${own.toFixed(1)} KB`)
  return reached === 'missed' ? 1 : 0
}

async function bundled(external: string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    conditions: ['modelgate-source', 'module'],
    external,
    write: false,
  })
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 1024
}

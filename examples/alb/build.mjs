// Bundles src/handler.ts to files that Lambda runs as they are: `node build.mjs [outfile]`. What is loaded only when it is asked for stays
// apart, in `parts` beside it: a cold start reads none of that.
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const outfile = process.argv[2] ?? here('dist/handler.mjs')
const outdir = dirname(outfile)
await rm(join(outdir, 'parts'), { recursive: true, force: true })

const { metafile } = await build({
  entryPoints: { [basename(outfile, '.mjs')]: here('src/handler.ts') },
  outdir,
  chunkNames: 'parts/[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // esbuild takes CommonJS for node by default, which cannot be tree-shaken.
  mainFields: ['module', 'main'],
  conditions: ['modelgate-source', 'module'],
  // Lambda's runtime has the SDK: the keys are read with it, and no more.
  external: ['@aws-sdk/*'],
  logLevel: 'warning',
  metafile: true,
})

const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
console.log(`Bundled ${basename(outfile)} and its parts: ${Math.ceil(bytes / 1024)} KB.`)

// Bundles src/handler.ts, or another, to files that Lambda runs as they are: `node build.mjs [outfile] [entry]`. What is loaded only when
// it is asked for stays apart, in `parts` beside it: a cold start reads none of that.
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const [outfile = here('dist/handler.mjs'), entry = here('src/handler.ts')] = process.argv.slice(2)
const outdir = dirname(outfile)
await rm(join(outdir, 'parts'), { recursive: true, force: true })

const { metafile } = await build({
  entryPoints: { [basename(outfile, '.mjs')]: entry },
  outdir,
  chunkNames: 'parts/[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  charset: 'utf8',
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // esbuild takes CommonJS for node by default, which cannot be tree-shaken: the smithy parts alone would be seven times larger.
  mainFields: ['module', 'main'],
  conditions: ['modelgate-source', 'module'],
  // Lambda's runtime has the SDK; it is loaded for the secret, for batches, and where the environment holds no keys, which on Lambda it does.
  external: ['@aws-sdk/*'],
  logLevel: 'warning',
  metafile: true,
})

const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
console.log(`Bundled ${basename(outfile)} and its parts: ${Math.ceil(bytes / 1024)} KB.`)

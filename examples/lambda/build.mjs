// Bundles src/handler.ts, or another, to one file that Lambda runs as it is: `node build.mjs [outfile] [entry]`.
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const [outfile = here('dist/handler.mjs'), entry = here('src/handler.ts')] = process.argv.slice(2)

await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // esbuild takes CommonJS for node by default, which cannot be tree-shaken: the smithy parts alone would be seven times larger.
  mainFields: ['module', 'main'],
  conditions: ['modelgate-source', 'module'],
  // Lambda's runtime has the SDK; it is loaded for the secret, for batches, and where the environment holds no keys, which on Lambda it does.
  external: ['@aws-sdk/*'],
  logLevel: 'warning',
})

console.log(`Bundled handler.mjs: ${Math.ceil(statSync(outfile).size / 1024)} KB in one file.`)

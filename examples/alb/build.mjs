// Bundles src/handler.ts to one file that Lambda runs as it is: `node build.mjs [outfile]`.
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const outfile = process.argv[2] ?? here('dist/handler.mjs')

await build({
  entryPoints: [here('src/handler.ts')],
  outfile,
  bundle: true,
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
})

console.log(`Bundled handler.mjs: ${Math.ceil(statSync(outfile).size / 1024)} KB in one file.`)

// Bundles the app, with all that it imports, to files that Node runs as they are: `node build.mjs <directory> <entry>`. The app is main.mjs;
// of a function, such as `lambda/api-authorizer`, it is handler.mjs. What is loaded only when it is asked for stays apart.
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const [outdir = fileURLToPath(new URL('dist', import.meta.url)), entry = 'main'] = process.argv.slice(2)
const name = entry === 'main' ? entry : 'handler'
await rm(outdir, { recursive: true, force: true })

const { metafile } = await build({
  entryPoints: { [name]: fileURLToPath(new URL(`src/${entry}.ts`, import.meta.url)) },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // esbuild takes CommonJS for node by default, which cannot be tree-shaken.
  mainFields: ['module', 'main'],
  conditions: ['modelgate-source', 'module'],
  // A database for trying things out has no place in production.
  external: ['dynalite'],
  // What is CommonJS asks for Node's own modules in this way.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module';const require = nodeRequire(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
})

const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
console.log(`Bundled ${entry} of the gateway app: ${Math.ceil(bytes / 1024)} KB.`)

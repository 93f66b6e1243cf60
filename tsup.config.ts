import { readFileSync, rmSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

type Manifest = { exports: Record<string, string | Record<string, unknown>>; bin?: Record<string, string> }

/** One entry for each subpath a manifest exports, and for its command: the manifest is the only list. */
function entriesOf(manifest: Manifest): Record<string, string> {
  const sources = Object.values(manifest.exports).flatMap(conditions =>
    typeof conditions === 'string' ? [] : [String(conditions['modelgate-source'])],
  )
  if (manifest.bin) sources.push('./src/main.ts')
  return Object.fromEntries(sources.map(source => [source.replace(/^\.\/src\/|\.ts$/g, ''), source]))
}

/** ES modules alone: Jest as it comes, and a Node that was told so, can `require` none. What is loaded by `require` holds them itself. */
const neverRequired = ['eventsource-parser']

const common: Options = {
  entry: entriesOf(JSON.parse(readFileSync('package.json', 'utf8')) as Manifest),
  sourcemap: true,
  // Workers know a module of Node by its prefix alone, and a bundler for the web takes `crypto` for a package.
  removeNodeProtocol: false,
  target: 'node22',
}

// Not by `clean`: each of these would remove what the others have made.
rmSync('dist', { recursive: true, force: true })

export default defineConfig([
  { ...common, format: 'esm' },
  { ...common, format: 'cjs', noExternal: neverRequired },
  { ...common, format: ['esm', 'cjs'], dts: { only: true, compilerOptions: { composite: false } } },
])

import { readFileSync } from 'node:fs'
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

const config: Options = {
  entry: entriesOf(JSON.parse(readFileSync('package.json', 'utf8')) as Manifest),
  format: ['esm', 'cjs'],
  dts: { compilerOptions: { composite: false } },
  sourcemap: true,
  clean: true,
  target: 'node22',
}

export default defineConfig(config)

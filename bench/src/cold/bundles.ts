import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The handler of `examples/lambda` as it is, and over the SDK's client; and another gateway's server. */
export type ColdContestant = 'modelgate' | 'modelgate-sdk' | 'portkey'
export const coldContestants: readonly ColdContestant[] = ['modelgate', 'modelgate-sdk', 'portkey']

export interface BuiltBundle {
  readonly contestant: ColdContestant
  readonly file: string
  /** All that is deployed, with what a cold start does not read. */
  readonly kilobytes: number
}

/** As it is deployed: what is loaded only when it is asked for lies beside it. */
export async function bundle(contestant: Exclude<ColdContestant, 'portkey'>, directory: string): Promise<BuiltBundle> {
  const outdir = join(directory, contestant)
  const file = join(outdir, 'handler.mjs')
  if (contestant === 'modelgate') execFileSync(process.execPath, [here('../../../examples/lambda/build.mjs'), file])
  else await bundleWithSdk(outdir)
  const built = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.mjs'))
  const bytes = built.reduce((sum, name) => sum + statSync(join(outdir, name)).size, 0)
  return { contestant, file, kilobytes: Math.ceil(bytes / 1024) }
}

/** As `examples/lambda/build.mjs` does it, but with the SDK inside: it loads sooner from a bundle than from a folder. */
async function bundleWithSdk(outdir: string): Promise<void> {
  await build({
    entryPoints: { handler: here('./sdk-handler.ts') },
    outdir,
    chunkNames: 'parts/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    conditions: ['modelgate-source', 'module'],
    // Some of its parts are CommonJS and ask for Node's modules by require.
    banner: { js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);" },
    logLevel: 'warning',
  })
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

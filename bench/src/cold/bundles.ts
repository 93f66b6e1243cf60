import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The handler of `examples/lambda` as it is, and over the SDK's client; and another gateway's server. */
export type ColdContestant = 'modelgate' | 'modelgate-sdk' | 'portkey'
export const coldContestants: readonly ColdContestant[] = ['modelgate', 'modelgate-sdk', 'portkey']

export interface BuiltBundle {
  readonly file: string
  readonly kilobytes: number
}

/** One file, as it is deployed. */
export async function bundle(contestant: Exclude<ColdContestant, 'portkey'>, directory: string): Promise<BuiltBundle> {
  const file = join(directory, `${contestant}.mjs`)
  if (contestant === 'modelgate') execFileSync(process.execPath, [here('../../../examples/lambda/build.mjs'), file])
  else await bundleWithSdk(file)
  return { file, kilobytes: Math.ceil(statSync(file).size / 1024) }
}

/** As `examples/lambda/build.mjs` does it, but with the SDK inside: it loads sooner from a bundle than from a folder. */
async function bundleWithSdk(outfile: string): Promise<void> {
  await build({
    entryPoints: [here('./sdk-handler.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    conditions: ['modelgate-source', 'module'],
    // Some of its parts are CommonJS and ask for Node's modules by require.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    logLevel: 'warning',
  })
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

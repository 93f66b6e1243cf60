import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ShimInvocation } from '@modelgate/aws/lambda/testing'
import type { Simulator } from '@modelgate/simulator'

export const apiKey = 'the-key'

/** What runs the bundled handler of `examples/lambda`: Lambda's own runtime, or what stands for it. */
export interface BundleRuntime {
  invoke(event: unknown, options?: { readonly remainingMs?: number | undefined }): ShimInvocation
}

export interface Bundle extends AsyncDisposable {
  /** Outside the repository: no `node_modules` is found from there. */
  readonly directory: string
  readonly file: string
}

/** Bundles the handler of `examples/lambda`, or the one at `entry`, as its users do. */
export async function buildBundle(entry?: URL): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), 'modelgate-lambda-'))
  const file = join(directory, 'handler.mjs')
  const script = fileURLToPath(new URL('../../examples/lambda/build.mjs', import.meta.url))
  await promisify(execFile)(process.execPath, [script, file, ...(entry ? [fileURLToPath(entry)] : [])])
  return { directory, file, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

/** What the function's environment says. `endpoint`: that of Bedrock; default the simulator. */
export function bundleEnvironment(
  { url, credential }: Simulator,
  endpoint: string = url,
): Readonly<Record<string, string>> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint,
    AWS_ACCESS_KEY_ID: credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
    MODELGATE_API_KEY: apiKey,
  }
}

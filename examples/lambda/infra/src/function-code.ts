import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Platform } from 'aws-cdk-lib/aws-ecr-assets'
import { Code, type FunctionProps, Handler, Runtime } from 'aws-cdk-lib/aws-lambda'

/** How the function is brought to Lambda. */
export type Packaging = 'image' | 'zip'

const example = join(import.meta.dirname, '../..')
let bundled: string | undefined

/** The part of a function's properties that says what it runs: the bundled handler, as it is or in a container image. */
export function functionCode(packaging: Packaging): Pick<FunctionProps, 'code' | 'handler' | 'runtime'> {
  bundled ??= bundle()
  if (packaging === 'zip') {
    return {
      code: Code.fromAsset(bundled, { exclude: ['Dockerfile'] }),
      handler: 'handler.handler',
      runtime: Runtime.NODEJS_24_X,
    }
  }
  // Docker runs at the deployment; a synthesis only hashes the directory.
  const code = Code.fromAssetImage(bundled, { platform: Platform.LINUX_ARM64 })
  return { code, handler: Handler.FROM_IMAGE, runtime: Runtime.FROM_IMAGE }
}

/** A directory with the bundled handler and the Dockerfile around it. */
function bundle(): string {
  const directory = join(example, 'dist', 'function')
  mkdirSync(directory, { recursive: true })
  execFileSync(process.execPath, [join(example, 'build.mjs'), join(directory, 'handler.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  copyFileSync(join(example, 'infra', 'Dockerfile'), join(directory, 'Dockerfile'))
  return directory
}

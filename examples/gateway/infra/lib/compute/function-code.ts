import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Code } from 'aws-cdk-lib/aws-lambda'

/** The gateway's functions. */
export type FunctionName = 'gateway-handler' | 'api-authorizer'

const entries: Readonly<Record<FunctionName, string>> = {
  // With the catalogue, which the app itself does not hold.
  'gateway-handler': '../infra/function/gateway-handler',
  'api-authorizer': 'lambda/api-authorizer',
}

const app = join(import.meta.dirname, '../../..')
const bundles = new Map<FunctionName, string>()

/** The configuration file beside the handler, as `MODELGATE_CONFIG` names it. */
export const configFile = 'gateway.config.jsonc'
/** Where Lambda puts what a function is made of. */
export const taskRoot = '/var/task'

/** A function with all that it imports, and the configuration file; it is bundled once a process. */
export function functionCode(name: FunctionName): Code {
  const directory = bundles.get(name) ?? bundle(name)
  bundles.set(name, directory)
  return Code.fromAsset(directory)
}

function bundle(name: FunctionName): string {
  // Of this process alone: another that synthesises meanwhile must not find it half made.
  const directory = mkdtempSync(join(tmpdir(), `modelgate-${name}-`))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const command = [join(app, 'build.mjs'), directory, entries[name]]
  execFileSync(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (name === 'gateway-handler') copyFileSync(join(app, 'infra', configFile), join(directory, configFile))
  return directory
}

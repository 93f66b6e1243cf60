import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let directory: string | undefined

/** Every app that is synthesised copies what it deploys, the CDK's own directories included: all of it goes here. */
export function setup(): void {
  directory = mkdtempSync(join(tmpdir(), 'modelgate-infra-'))
  process.env.TMPDIR = directory
}

export function teardown(): void {
  if (directory) rmSync(directory, { recursive: true, force: true })
}

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { createApp } from '../src/create-app.ts'

/** The app, and the templates of its two stacks. */
export interface Synthesised {
  readonly app: App
  readonly staging: Template
  readonly production: Template
}

const known = new Map<string, Synthesised>()

/**
 * The app as `cdk synth -c …` makes it, in a directory of its own; once for all who ask for the same.
 * @throws {Error} for what cdk-nag finds, too
 */
export function synthesised(context: Readonly<Record<string, string>> = {}): Synthesised {
  const key = JSON.stringify(context)
  const made = known.get(key) ?? synthesise(context)
  known.set(key, made)
  return made
}

function synthesise(context: Readonly<Record<string, string>>): Synthesised {
  const app = createApp({ context, outdir: mkdtempSync(join(tmpdir(), 'modelgate-cdk-')) })
  const template = (name: string): Template => Template.fromStack(app.node.findChild(name) as Stack)
  return {
    app,
    staging: template('ai-gateway-lambda-staging'),
    production: template('ai-gateway-lambda-production'),
  }
}

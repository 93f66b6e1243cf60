import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { createApp } from '../src/create-app.ts'

/** The app, and the template of its stack. */
export interface Synthesised {
  readonly app: App
  readonly template: Template
}

const known = new Map<string, Synthesised>()

/**
 * The app as `cdk synth -c …` makes it, in a directory of its own; once for all who ask for the same.
 * @throws {Error} for what cdk-nag finds, too
 */
export function synthesised(context: Readonly<Record<string, string | number>> = {}): Synthesised {
  const key = JSON.stringify({ variant: 'lambda', ...context })
  const made = known.get(key) ?? synthesise(context)
  known.set(key, made)
  return made
}

function synthesise(context: Readonly<Record<string, string | number>>): Synthesised {
  const app = createApp({ context: { ...context }, outdir: mkdtempSync(join(tmpdir(), 'modelgate-cdk-')) })
  return { app, template: Template.fromStack(app.node.findChild('ai-gateway-alb') as Stack) }
}

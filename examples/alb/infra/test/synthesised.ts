import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { createApp } from '../src/create-app.ts'

/** The app as `cdk synth -c …` makes it, in a directory of its own, and the template of its stack. */
export function synthesised(context: Readonly<Record<string, string | number>> = {}): {
  readonly app: App
  readonly template: Template
} {
  const app = createApp({ context: { ...context }, outdir: mkdtempSync(join(tmpdir(), 'modelgate-cdk-')) })
  return { app, template: Template.fromStack(app.node.findChild('ai-gateway-alb') as Stack) }
}

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { createApp } from '../lib/create-app.ts'
import { readSettings } from '../lib/read-settings.ts'

/** An app as `cdk synth` makes it with these variables, and its templates. */
export interface Synthesised {
  readonly app: App
  readonly gateway: Template
  readonly observability: Template
}

const made = new Map<string, Synthesised>()

/** In a directory of its own; once for the same variables. */
export function synthesised(variables: Readonly<Record<string, string>> = {}): Synthesised {
  const key = JSON.stringify(variables)
  const known = made.get(key)
  if (known) return known
  const settings = readSettings(variables)
  const app = createApp(settings, { outdir: mkdtempSync(join(tmpdir(), 'modelgate-cdk-')) })
  const name = `ai-gateway-${settings.environment}`
  const [gateway, observability] = [name, `${name}-observability`].map(id => stackOf(app, id))
  const all = { app, gateway: Template.fromStack(gateway!), observability: Template.fromStack(observability!) }
  made.set(key, all)
  return all
}

function stackOf(app: App, id: string): Stack {
  const stack = app.node.findChild(id)
  if (!Stack.isStack(stack)) throw new Error(`${id} is no stack.`)
  return stack
}

/** A resource as a template has it. */
export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
}

/** The properties of all resources of a type. */
export function propertiesOf(template: Template, type: string): Readonly<Record<string, unknown>>[] {
  const found = template.findResources(type) as Readonly<Record<string, Resource>>
  return Object.values(found).map(({ Properties }) => Properties)
}

import type { Environment } from '../environment.ts'
import { Secret } from '../secret.ts'
import type { Config } from './config-schema.ts'
import type { Sources } from './layers.ts'
import { type FoundReference, referenceFault, referencesIn, withSecrets } from './references.ts'

/** What references are read from. Each is asked only where a reference leads to it. */
interface ReferenceSources {
  readonly environment: Environment
  readonly parameters: { read(names: readonly string[]): Promise<ReadonlyMap<string, string>> }
  readonly secrets: { read(secretId: string): Promise<string> }
  /** Where the options come from that hold the references. */
  readonly origins: Sources
}

type ResolvedReferences = { readonly config: Config; readonly faults: readonly string[] }

/** The text that a reference leads to, or why it leads nowhere. */
type Found = { readonly text: string } | { readonly why: string }

/** Reads every reference of a configuration, once each and side by side. A fault names the reference, never what was read. */
export async function resolveReferences(config: Config, sources: ReferenceSources): Promise<ResolvedReferences> {
  const references = [...referencesIn(config)]
  const found = await readAll(references, sources)
  const faults: string[] = []
  const secrets = new Map<string, Secret>()
  for (const each of references) {
    const read = found.get(each.reference) ?? { why: 'it is of no known kind.' }
    if ('text' in read) secrets.set(each.reference, new Secret(read.text))
    else faults.push(referenceFault(each, read.why, sources.origins))
  }
  return { config: withSecrets(config, secrets), faults }
}

async function readAll(
  references: readonly FoundReference[],
  { environment, parameters, secrets }: ReferenceSources,
): Promise<ReadonlyMap<string, Found>> {
  const names = new Set(references.map(({ reference }) => reference))
  const found = new Map<string, Found>()
  for (const name of placesIn(names, 'env:')) {
    const text = Object.hasOwn(environment, name) ? environment[name] : undefined
    found.set(`env:${name}`, text ? { text } : { why: `the environment variable ${name} is not set.` })
  }
  const [stored, kept] = await Promise.all([
    readParameters(placesIn(names, 'ssm:'), parameters),
    readSecrets(placesIn(names, 'secretsmanager:'), secrets),
  ])
  for (const [name, read] of stored) found.set(`ssm:${name}`, read)
  for (const [name, read] of kept) found.set(`secretsmanager:${name}`, read)
  return found
}

function placesIn(references: ReadonlySet<string>, kind: string): readonly string[] {
  return [...references].filter(reference => reference.startsWith(kind)).map(reference => reference.slice(kind.length))
}

async function readParameters(
  names: readonly string[],
  parameters: ReferenceSources['parameters'],
): Promise<ReadonlyMap<string, Found>> {
  if (names.length === 0) return new Map()
  try {
    const values = await parameters.read(names)
    const missing = 'there is no such parameter; look at its name and at AWS_REGION.'
    return new Map(names.map(name => [name, textOr(values.get(name), missing)]))
  } catch (error) {
    return new Map(names.map(name => [name, { why: whyOf(error, 'ssm:GetParameters') }]))
  }
}

/** A secret that several members are taken of is read once. */
async function readSecrets(
  places: readonly string[],
  secrets: ReferenceSources['secrets'],
): Promise<ReadonlyMap<string, Found>> {
  const texts = new Map<string, Promise<Found>>()
  const read = (id: string): Promise<Found> =>
    secrets.read(id).then(
      text => textOr(text, 'the secret is empty.'),
      (error: unknown) => ({ why: whyOf(error, 'secretsmanager:GetSecretValue') }),
    )
  const found = places.map(async place => {
    const [id = '', member] = place.split('#')
    const text = texts.get(id) ?? read(id)
    texts.set(id, text)
    return [place, memberOf(await text, member)] as const
  })
  return new Map(await Promise.all(found))
}

function memberOf(found: Found, member: string | undefined): Found {
  if (member === undefined || 'why' in found) return found
  let value: unknown
  try {
    value = JSON.parse(found.text)
  } catch {
    // The parser's own words quote the text.
    return { why: 'the secret is no JSON; leave out the part from # on, or keep an object in it.' }
  }
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, member)
  const text = isObject ? (value as Readonly<Record<string, unknown>>)[member] : undefined
  return textOr(typeof text === 'string' ? text : undefined, `the secret has no text under '${member}'.`)
}

function textOr(text: string | undefined, why: string): Found {
  return text ? { text } : { why }
}

/** Name, where it says something, and first line alone: the other members of an SDK's error hold the response. */
function whyOf(error: unknown, action: string): string {
  if (!(error instanceof Error)) return 'it could not be read.'
  const [line = ''] = error.message.split('\n')
  const name = error.name === 'Error' ? '' : `${error.name}: `
  return `${name}${line.replace(/\.$/, '')}. It needs ${action}, and the region is AWS_REGION's.`
}

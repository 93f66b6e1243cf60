import { GatewayError, type MembersOf, memberFaults, transportFault } from '@modelgate/core'
import type { BedrockOptions } from './bedrock-options.ts'
import { promptCachingFault } from './caching/prompt-caching.ts'
import { type AssumeRole, assumeRoleFault } from './credentials/assume-role.ts'
import { credentialFault } from './credentials/credential-fault.ts'
import { type EmbeddingOptions, embeddingFaults } from './embeddings/embedding-options.ts'
import type { FetchImagesOptions } from './media/image-fetcher.ts'
import type { Lane } from './models/model-capabilities.ts'
import { kindOf, quoted } from './request/invalid-request.ts'
import { isJsonObject } from './wire/json.ts'

/** The options that are checked here, as JavaScript may give them. */
type UncheckedOptions = { readonly [Name in keyof BedrockOptions]?: unknown }

const members = {
  id: true,
  region: true,
  endpoint: true,
  credentials: true,
  assumeRole: true,
  bearerToken: true,
  transport: true,
  client: true,
  baseModels: true,
  promptCaching: true,
  fetchImages: true,
  s3Media: true,
  lanes: true,
  embeddings: true,
  unsupportedParams: true,
  sendMetadata: true,
  crossRegionInference: true,
  applicationInferenceProfiles: true,
} as const satisfies MembersOf<BedrockOptions>

/**
 * Finds what is wrong with a provider's options before its first call does. Credentials are never quoted.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function checkOptions(options: UncheckedOptions): void {
  const strangers = memberFaults(options, members, 'bedrock()')
  // Null has no options to look at.
  const faults = !options
    ? strangers
    : [
        ...strangers,
        ...innerFaults(options),
        ...idFaults(options),
        ...credentialFaults(options),
        ...assumeRoleFaults(options),
        ...transportFaults(options),
        ...baseModelFaults(options),
        ...laneFaults(options),
        ...embeddingFaults(options.embeddings),
        ...fetchImagesFaults(options),
        ...clientFaults(options),
        ...clientLaneFaults(options),
        ...unsupportedParamsFaults(options),
        ...promptCachingFaults(options),
        ...flagFaults(options),
      ]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

const innerMembers = {
  assumeRole: {
    roleArn: true,
    externalId: true,
    sessionName: true,
    durationSeconds: true,
    region: true,
  } as const satisfies MembersOf<AssumeRole>,
  embeddings: { inputType: true, concurrency: true } as const satisfies MembersOf<EmbeddingOptions>,
  fetchImages: { http: true, privateHosts: true, timeoutMs: true } as const satisfies MembersOf<FetchImagesOptions>,
} as const

/** Of options that are objects themselves. What is no object is told below, with better words. */
function innerFaults(options: UncheckedOptions): string[] {
  return Object.entries(innerMembers).flatMap(([name, known]) => {
    const given = options[name as keyof typeof innerMembers]
    return isJsonObject(given) ? memberFaults(given, known, `bedrock({ ${name} })`) : []
  })
}

function* idFaults({ id }: UncheckedOptions): Generator<string> {
  if (id === undefined || (typeof id === 'string' && /^[A-Za-z0-9._-]+$/.test(id))) return
  const value = typeof id === 'string' ? `'${id}'` : kindOf(id)
  yield `bedrock({ id }): ${value} is no id; use letters, digits, '.', '_' and '-', since it stands before the '/' of a target.`
}

function* credentialFaults({ credentials, bearerToken }: UncheckedOptions): Generator<string> {
  if (credentials !== undefined && typeof credentials !== 'function') {
    const fault = credentialFault(credentials)
    if (fault) yield `bedrock({ credentials }): ${fault}, or give a function that fetches them.`
  }
  // An unset environment variable may be an empty string, too.
  if (bearerToken === undefined || bearerToken === '') return
  if (typeof bearerToken !== 'string') yield `bedrock({ bearerToken }): must be a string, got ${kindOf(bearerToken)}.`
  else if (!/^[\x21-\x7e]+$/.test(bearerToken)) {
    yield 'bedrock({ bearerToken }): holds a character that no header takes, such as a line break; trim it.'
  }
}

function* assumeRoleFaults({ assumeRole, bearerToken }: UncheckedOptions): Generator<string> {
  if (assumeRole === undefined) return
  const fault = assumeRoleFault(assumeRole)
  if (fault) yield `bedrock({ assumeRole }): ${fault}`
  if (bearerToken)
    yield 'bedrock({ assumeRole }): a role signs, and `bearerToken` is sent instead of a signature; give one of them.'
}

function* transportFaults({ transport }: UncheckedOptions): Generator<string> {
  const fault = transportFault(transport)
  if (fault) yield `bedrock({ transport }): ${fault}`
}

function* baseModelFaults({ baseModels }: UncheckedOptions): Generator<string> {
  if (baseModels === undefined) return
  if (isJsonObject(baseModels) && Object.values(baseModels).every(model => typeof model === 'string')) return
  yield "bedrock({ baseModels }): must be an object of model ids by ARN, such as { 'arn:aws:…': 'anthropic.claude-…' }."
}

function* promptCachingFaults({ promptCaching }: UncheckedOptions): Generator<string> {
  if (promptCaching === undefined) return
  const wrong = promptCachingFault(promptCaching)
  if (wrong)
    yield `bedrock({ promptCaching }): ${wrong}; give true, false, or an object such as { system: true, tools: true }.`
}

function* flagFaults(options: UncheckedOptions): Generator<string> {
  for (const name of ['sendMetadata', 's3Media', 'crossRegionInference', 'applicationInferenceProfiles'] as const) {
    const value = options[name]
    if (value === undefined || typeof value === 'boolean') continue
    yield `bedrock({ ${name} }): must be true or false, got ${kindOf(value)}.`
  }
}

const laneNames = ['converse', 'invoke', 'openai'] as const satisfies readonly Lane[]

function* laneFaults({ lanes }: UncheckedOptions): Generator<string> {
  if (lanes === undefined) return
  const known: readonly unknown[] = laneNames
  if (!isJsonObject(lanes)) {
    yield "bedrock({ lanes }): must be an object of lanes by the beginning of model ids, such as { 'meta.': 'invoke' }."
    return
  }
  for (const [prefix, lane] of Object.entries(lanes)) {
    if (prefix === '')
      yield "bedrock({ lanes }): '' is the beginning of every id; name a maker, such as 'meta.', or a model."
    if (known.includes(lane)) continue
    const given = typeof lane === 'string' ? `'${lane}'` : kindOf(lane)
    yield `bedrock({ lanes }): ${given} is no lane for '${prefix}'; use ${laneNames.map(name => `'${name}'`).join(', ')}.`
  }
}

function* unsupportedParamsFaults({ unsupportedParams }: UncheckedOptions): Generator<string> {
  if (unsupportedParams === undefined || unsupportedParams === 'drop' || unsupportedParams === 'reject') return
  const value = typeof unsupportedParams === 'string' ? quoted(unsupportedParams) : kindOf(unsupportedParams)
  yield `bedrock({ unsupportedParams }): ${value} is neither; give 'drop' or 'reject'.`
}

function* fetchImagesFaults({ fetchImages }: UncheckedOptions): Generator<string> {
  if (fetchImages === undefined || typeof fetchImages === 'boolean') return
  if (!isJsonObject(fetchImages)) {
    yield `bedrock({ fetchImages }): must be true or an object such as { timeoutMs: 5000 }, got ${kindOf(fetchImages)}.`
    return
  }
  const { http, privateHosts, timeoutMs } = fetchImages
  const option = (name: string, wanted: string, value: unknown): string =>
    `bedrock({ fetchImages: { ${name} } }): must be ${wanted}, got ${kindOf(value)}.`
  if (http !== undefined && typeof http !== 'boolean') yield option('http', 'a boolean', http)
  if (privateHosts !== undefined && !isListOfText(privateHosts))
    yield option('privateHosts', "an array of host names such as ['images.internal']", privateHosts)
  if (timeoutMs !== undefined && !(Number.isInteger(timeoutMs) && Number(timeoutMs) > 0 && Number(timeoutMs) < 2 ** 31))
    yield option('timeoutMs', 'a whole number of milliseconds from 1 to 2147483647', timeoutMs)
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

/** Options that a client settles itself: one given beside it would be silently ignored. */
const settledByClient = ['region', 'credentials', 'bearerToken', 'assumeRole', 'transport'] as const

function* clientFaults(options: UncheckedOptions): Generator<string> {
  const { client } = options
  if (client === undefined) return
  const wrong = whatInstead(client)
  if (wrong)
    yield `bedrock({ client }): ${wrong} is no client of Bedrock's runtime; make one with '@aws-sdk/client-bedrock-runtime'.`
  for (const name of settledByClient) {
    // An unset environment variable may be an empty string.
    if (options[name] === undefined || options[name] === '') continue
    yield `bedrock({ ${name} }): does not go with \`client\`, which has its own; set it where the client is made, or leave \`client\` out.`
  }
}

/** The SDK's client cannot be sent to Bedrock's OpenAI-compatible endpoint. */
function* clientLaneFaults({ client, lanes }: UncheckedOptions): Generator<string> {
  if (client === undefined || !isJsonObject(lanes)) return
  for (const [prefix, lane] of Object.entries(lanes)) {
    if (lane !== 'openai') continue
    yield `bedrock({ lanes }): the lane 'openai' of '${prefix}' does not go with \`client\`, which knows Converse and InvokeModel only; make a second provider without \`client\` for these models.`
  }
}

/** What was given for a client and is none; `undefined` for one. The class may come from another copy of the SDK. */
function whatInstead(client: unknown): string | undefined {
  if (!isJsonObject(client)) return kindOf(client)
  const { send, config } = client
  if (typeof send !== 'function' || !isJsonObject(config)) return kindOf(client)
  const { serviceId } = config
  return typeof serviceId === 'string' && serviceId !== 'Bedrock Runtime' ? `a client of ${serviceId}` : undefined
}

import { isJsonObject, type JsonObject } from '../../json.ts'

/** What a member of a Converse request must be; members that are not listed may be anything. */
type Kind = 'string' | 'integer' | 'number' | 'boolean' | 'object' | Members | readonly [item: Kind]
interface Members {
  readonly [name: string]: Kind
}

const source: Members = { bytes: 'string', text: 'string', s3Location: { uri: 'string', bucketOwner: 'string' } }
const cachePoint: Members = { type: 'string', ttl: 'string' }
const media: Members = {
  text: 'string',
  image: { format: 'string', source },
  document: { format: 'string', name: 'string', context: 'string', source, citations: { enabled: 'boolean' } },
  video: { format: 'string', source },
}
const block: Members = {
  ...media,
  audio: { format: 'string', source },
  toolUse: { toolUseId: 'string', name: 'string', type: 'string' },
  toolResult: { toolUseId: 'string', status: 'string', content: [media] },
  guardContent: 'object',
  cachePoint,
  reasoningContent: { reasoningText: { text: 'string', signature: 'string' }, redactedContent: 'string' },
  citationsContent: 'object',
  searchResult: 'object',
}
const request: Members = {
  messages: [{ role: 'string', content: [block] }],
  system: [{ text: 'string', guardContent: 'object', cachePoint }],
  inferenceConfig: { maxTokens: 'integer', temperature: 'number', topP: 'number', stopSequences: ['string'] },
  toolConfig: {
    tools: [
      {
        toolSpec: { name: 'string', description: 'string', inputSchema: 'object', strict: 'boolean' },
        systemTool: { name: 'string' },
        cachePoint,
      },
    ],
    toolChoice: { auto: 'object', any: 'object', tool: { name: 'string' } },
  },
  guardrailConfig: {
    guardrailIdentifier: 'string',
    guardrailVersion: 'string',
    trace: 'string',
    streamProcessingMode: 'string',
  },
  additionalModelRequestFields: 'object',
  additionalModelResponseFieldPaths: ['string'],
  requestMetadata: 'object',
  performanceConfig: { latency: 'string' },
  serviceTier: { type: 'string' },
  outputConfig: {
    effort: 'string',
    textFormat: { type: 'string', structure: { jsonSchema: { name: 'string', description: 'string' } } },
  },
}

/** The first member whose type is wrong, as `inferenceConfig.maxTokens`; null stands for a member that is not there. */
export function wrongType(body: JsonObject): string | undefined {
  return membersFault(body, request, '')
}

function membersFault(value: JsonObject, members: Members, at: string): string | undefined {
  for (const [name, kind] of Object.entries(members)) {
    const fault = faultOf(value[name], kind, at === '' ? name : `${at}.${name}`)
    if (fault !== undefined) return fault
  }
  return undefined
}

function faultOf(value: unknown, kind: Kind, at: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof kind === 'string') return isOf(value, kind) ? undefined : at
  if (!isList(kind)) return isJsonObject(value) ? membersFault(value, kind, at) : at
  if (!Array.isArray(value)) return at
  for (const [index, item] of value.entries()) {
    const fault = item === null ? `${at}.${index}` : faultOf(item, kind[0], `${at}.${index}`)
    if (fault !== undefined) return fault
  }
  return undefined
}

function isList(kind: Exclude<Kind, string>): kind is readonly [item: Kind] {
  return Array.isArray(kind)
}

function isOf(value: unknown, kind: Extract<Kind, string>): boolean {
  if (kind === 'object') return isJsonObject(value)
  if (kind === 'integer') return Number.isInteger(value)
  return typeof value === kind
}

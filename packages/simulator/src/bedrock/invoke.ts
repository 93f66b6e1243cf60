import type { Reply } from '../brain/prompt.ts'
import { respond } from '../brain/respond.ts'
import { countTokens, tokensOf } from '../brain/tokens.ts'
import { type JsonObject, objectOf } from '../json.ts'
import { randomName, randomUuid } from '../random.ts'
import { type Failure, type Frame, type Script, streamScript, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import { EMBEDDING_MODELS, type EmbeddingModel } from './embeddings/embedding-models.ts'
import { shapeFault } from './embeddings/shape.ts'
import { eventFrame } from './event-frame.ts'
import type { ModelFacts } from './model-facts.ts'
import type { NativeModel } from './native/native-model.ts'
import { NATIVE_MODELS } from './native-models.ts'
import { brokenNativeRule, missingKey } from './native-rules.ts'
import { resolveModel } from './resolve-model.ts'
import { PROFILE_REQUIRED } from './rules/request-rules.ts'

interface Generated {
  readonly native: NativeModel
  readonly reply: Reply
}

/** Handles InvokeModel: embeddings, and text models by their own bodies. */
export function invoke(visit: Visit): Script {
  const { world } = visit
  const found = invokedModel(visit.model)
  if ('status' in found) return world.bedrock.failure(found)
  const embedding = EMBEDDING_MODELS[found.id]
  if (embedding) return embeddings(visit, embedding)
  const generated = generate(visit, found)
  if ('status' in generated) return world.bedrock.failure(generated)
  const { native, reply } = generated
  return answered(visit, native.write(reply), reply)
}

/** Handles InvokeModelWithResponseStream: the same bodies, in frames of base64. */
export function invokeStream(visit: Visit): Script {
  const { bedrock, random } = visit.world
  const found = invokedModel(visit.model)
  if ('status' in found) return bedrock.failure(found)
  if (!found.streaming) return bedrock.failure({ status: 400, message: 'The model is unsupported for streaming.' })
  const generated = generate(visit, found)
  if ('status' in generated) return bedrock.failure(generated)
  const { native, reply } = generated
  const frame = (role: Frame['role'], body: JsonObject): Frame => ({
    role,
    bytes: eventFrame('chunk', { bytes: Buffer.from(JSON.stringify(body)).toString('base64') }, random),
  })
  const metrics = {
    inputTokenCount: reply.inputTokens,
    outputTokenCount: reply.outputTokens,
    invocationLatency: 100,
    firstByteLatency: 50,
  }
  const closing = native.closing?.(reply) ?? []
  const ending = [native.chunk('', reply), ...closing]
  // Bedrock's own count stands in the last chunk, whatever that is.
  const told = ending.map((chunk, index) =>
    index === ending.length - 1 ? { ...chunk, 'amazon-bedrock-invocationMetrics': metrics } : chunk,
  )
  return streamScript(bedrock, headersOf(visit, 'application/vnd.amazon.eventstream'), [
    ...(native.opening?.(reply) ?? []).map(chunk => frame('start', chunk)),
    ...tokensOf(reply.text).map(text => frame('content', native.chunk(text, undefined))),
    ...told.map((chunk, index) => frame(index === 0 ? 'terminal' : 'trailer', chunk)),
  ])
}

function invokedModel(modelId: string): ModelFacts | Failure {
  const resolved = resolveModel(modelId)
  if (!resolved) return { status: 400, message: 'The provided model identifier is invalid.' }
  if (resolved.facts.onDemand || resolved.viaProfile) return resolved.facts
  return { status: 400, message: PROFILE_REQUIRED.replace('{}', modelId) }
}

function embeddings(visit: Visit, model: EmbeddingModel): Script {
  const message = shapeFault(visit.body, model.shape)
  if (message !== undefined) return visit.world.bedrock.failure({ status: 400, message })
  const body = objectOf(visit.body)
  const inputTokens = model.texts(body).reduce((sum, text) => sum + countTokens(text), 0)
  return answered(visit, model.answer(body, inputTokens), { inputTokens, outputTokens: undefined })
}

function generate({ body, model, world }: Visit, facts: ModelFacts): Generated | Failure {
  const root = objectOf(body)
  const native = NATIVE_MODELS.find(({ ids, claims }) => ids.test(facts.id) && (claims?.(root) ?? true))
  if (!native) return { status: 400, message: missingKey(model) }
  const broken = brokenNativeRule(root, native)
  if (broken) return broken
  const asked = native.read(root)
  const reply = respond({
    system: '',
    tools: [],
    toolDemand: 'none',
    parallelTools: false,
    schema: undefined,
    reasons: false,
    variant: 0,
    ...asked,
    newToolCallId: () => randomName(world.random, 22),
    billedText: JSON.stringify(asked),
  })
  return { native, reply }
}

interface Billed {
  readonly inputTokens: number
  readonly outputTokens: number | undefined
}

function answered(visit: Visit, body: JsonObject, { inputTokens, outputTokens }: Billed): Script {
  const counts = {
    'x-amzn-bedrock-invocation-latency': '100',
    'x-amzn-bedrock-input-token-count': String(inputTokens),
    ...(outputTokens === undefined ? {} : { 'x-amzn-bedrock-output-token-count': String(outputTokens) }),
  }
  const headers = { ...headersOf(visit, 'application/json'), ...counts }
  return wholeScript(visit.world.bedrock, { status: 200, headers, text: JSON.stringify(body) })
}

/** The terms that an answer was given at, which are those that were asked for. */
const TERMS = ['x-amzn-bedrock-performanceconfig-latency', 'x-amzn-bedrock-service-tier'] as const

function headersOf({ world, arrival: { headers } }: Visit, contentType: string): Readonly<Record<string, string>> {
  const terms = TERMS.flatMap(name => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []))
  return { 'content-type': contentType, 'x-amzn-requestid': randomUuid(world.random), ...Object.fromEntries(terms) }
}

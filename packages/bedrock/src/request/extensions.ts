import { refuseS3In } from '../media/s3-access.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { ConverseBody } from '../wire/converse-wire.ts'
import type { JsonObject } from '../wire/json.ts'
import { mustBe, refused } from './invalid-request.ts'
import { openObject } from './open-object.ts'
import type { BedrockChatRequest } from './request-extensions.ts'
import { toRequestMetadata } from './request-metadata.ts'

const serviceTiers: ReadonlyMap<unknown, NonNullable<ConverseBody['serviceTier']>['type']> = new Map([
  ['default', 'default'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['fast', 'priority'],
  ['reserved', 'reserved'],
] as const)

/**
 * The service tier, and Bedrock's own members of a request, which go to Converse as they are.
 * @throws {GatewayError} `invalid_request` naming one that is no object.
 */
export function toExtensions(request: BedrockChatRequest, dropped: Set<string>): Partial<ConverseBody> {
  const { service_tier: tier } = request
  const serviceTier = serviceTiers.get(tier)
  if (!serviceTier && tier !== undefined && tier !== null && tier !== 'auto') dropped.add('service_tier')
  const guardrail = "an object such as { guardrailIdentifier: 'gr-1', guardrailVersion: '1' }"
  const guardrailConfig =
    openObject(request.guardrail_config, 'guardrail_config', guardrail) ??
    openObject(request.guardrailConfig, 'guardrailConfig', guardrail)
  const latency = "an object such as { latency: 'optimized' }"
  const performanceConfig =
    openObject(request.performance_config, 'performance_config', latency) ??
    openObject(request.performanceConfig, 'performanceConfig', latency)
  const requestMetadata = toRequestMetadata(request, dropped)
  const responsePaths = responsePathsOf(request)
  return {
    ...(serviceTier && { serviceTier: { type: serviceTier } }),
    ...(guardrailConfig && { guardrailConfig }),
    ...(performanceConfig && { performanceConfig }),
    ...(requestMetadata && { requestMetadata }),
    ...(responsePaths && { additionalModelResponseFieldPaths: responsePaths }),
  }
}

/**
 * The caller's own parameters of the model.
 * @throws {GatewayError} `invalid_request` for what is no object, and for `s3://` addresses where none are sent.
 */
export function nativeFieldsOf(
  request: BedrockChatRequest,
  { s3Allowed }: Pick<ModelCapabilities, 's3Allowed'>,
): JsonObject | undefined {
  const wanted = "an object of the model's own parameters"
  const { additional_model_request_fields: fields, additionalModelRequestFields: same } = request
  const param = fields ? 'additional_model_request_fields' : 'additionalModelRequestFields'
  const native = openObject(fields ?? same, param, wanted)
  if (!s3Allowed) refuseS3In(native, param)
  return native
}

/** JSON pointers into the model's native answer. Bedrock takes ten, of 256 characters each. */
function responsePathsOf(request: BedrockChatRequest): string[] | undefined {
  const { additional_model_response_field_paths: given, additionalModelResponseFieldPaths: same } = request
  const param = given ? 'additional_model_response_field_paths' : 'additionalModelResponseFieldPaths'
  const paths: unknown = given ?? same
  if (paths === null || paths === undefined) return undefined
  const wanted = "an array of at most ten JSON pointers such as '/delta/stop_sequence'"
  if (!Array.isArray(paths) || paths.length > 10) throw mustBe(param, wanted, paths)
  if (!paths.every(isPointer)) throw refused(param, `holds what is no JSON pointer; it must be ${wanted}`)
  return paths.length > 0 ? paths : undefined
}

function isPointer(path: unknown): path is string {
  return typeof path === 'string' && path.length <= 256 && path.startsWith('/')
}

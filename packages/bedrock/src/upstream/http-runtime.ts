import type { UpstreamResponse } from '@modelgate/core'
import { modelPath } from '../models/model-path.ts'
import { remembered } from '../remembered.ts'
import type { ConverseAnswer } from '../wire/converse-answer-wire.ts'
import type { JsonObject } from '../wire/json.ts'
import { readJson } from '../wire/read-json.ts'
import type { BedrockApi } from './bedrock-api.ts'
import { actions, type BedrockRuntime, type InvokeRequest, type InvokeSettings } from './bedrock-runtime.ts'
import { readEvents } from './http-events.ts'

const verbs = {
  converse: 'converse',
  converseStream: 'converse-stream',
  invoke: 'invoke',
  invokeStream: 'invoke-with-response-stream',
} as const satisfies Paths

const settingHeaders: Readonly<Record<keyof InvokeSettings, string>> = {
  guardrailIdentifier: 'x-amzn-bedrock-guardrailidentifier',
  guardrailVersion: 'x-amzn-bedrock-guardrailversion',
  trace: 'x-amzn-bedrock-trace',
  performanceConfigLatency: 'x-amzn-bedrock-performanceconfig-latency',
  serviceTier: 'x-amzn-bedrock-service-tier',
  requestMetadata: 'x-amzn-bedrock-request-metadata',
}

/** The data plane by plain HTTP, signed and framed here: the default. */
export function createHttpRuntime(api: BedrockApi): BedrockRuntime {
  const pathsOf = remembered(methodPaths)

  function post(method: keyof BedrockRuntime, request: InvokeRequest): Promise<UpstreamResponse> {
    const { model, body, settings, signal, connectMs, traceHeaders } = request
    const path = pathsOf(model)[method]
    const headers = settings && toSettingHeaders(settings)
    const action = actions[method]
    return api.send({ plane: 'runtime', method: 'POST', path, headers, traceHeaders, body, signal, connectMs, action })
  }
  return {
    async converse(request) {
      const response = await post('converse', request)
      return { answer: await readJson<ConverseAnswer>(response), requestId: requestIdOf(response) }
    },
    async converseStream(request) {
      const response = await post('converseStream', request)
      return { events: { read: take => readEvents(response.body, take) }, requestId: requestIdOf(response) }
    },
    async invoke(request) {
      const response = await post('invoke', request)
      return { answer: await readJson<JsonObject>(response), headers: response.headers }
    },
    async invokeStream(request) {
      const response = await post('invokeStream', request)
      return { events: { read: take => readEvents(response.body, take) }, requestId: requestIdOf(response) }
    },
  }
}

type Paths = Readonly<Record<keyof BedrockRuntime, string>>

/** @throws {GatewayError} as {@link modelPath} does. */
function methodPaths(model: string): Paths {
  const path = modelPath(model)
  return Object.fromEntries(Object.entries(verbs).map(([method, verb]) => [method, `${path}/${verb}`])) as Paths
}

/** The headers of what InvokeModel is told beside its body. */
export function toSettingHeaders(settings: InvokeSettings): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) headers[settingHeaders[name as keyof InvokeSettings]] = String(value)
  }
  return headers
}

function requestIdOf({ headers }: UpstreamResponse): string | undefined {
  return headers['x-amzn-requestid']
}

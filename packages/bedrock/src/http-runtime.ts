import type { UpstreamResponse } from '@modelgate/core'
import type { BedrockApi } from './bedrock-api.ts'
import { actions, type BedrockRuntime, type RuntimeRequest } from './bedrock-runtime.ts'
import type { ConverseAnswer } from './converse-wire.ts'
import { readEvents } from './http-events.ts'
import type { JsonObject } from './json.ts'
import { modelPath } from './model-path.ts'
import { readJson } from './read-json.ts'
import { remembered } from './remembered.ts'

const verbs: Readonly<Record<keyof BedrockRuntime, string>> = {
  converse: 'converse',
  converseStream: 'converse-stream',
  invoke: 'invoke',
}

/** The data plane by plain HTTP, signed and framed here: the default. */
export function createHttpRuntime(api: BedrockApi): BedrockRuntime {
  const pathOf = remembered(modelPath)

  function post(method: keyof BedrockRuntime, { model, body, signal }: RuntimeRequest): Promise<UpstreamResponse> {
    const path = `${pathOf(model)}/${verbs[method]}`
    return api.send({ plane: 'runtime', method: 'POST', path, body, signal, action: actions[method] })
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
  }
}

function requestIdOf({ headers }: UpstreamResponse): string | undefined {
  return headers['x-amzn-requestid']
}

import type {
  BedrockRuntimeClient,
  ConverseCommandInput,
  InvokeModelCommandInput,
} from '@aws-sdk/client-bedrock-runtime'
import { GatewayError, unlessAborted } from '@modelgate/core'
import { errorOfSend } from '../errors/sdk-errors.ts'
import { modelPath } from '../models/model-path.ts'
import type { ConverseAnswer } from '../wire/converse-answer-wire.ts'
import type { ConverseBody } from '../wire/converse-wire.ts'
import { type JsonObject, parseJsonObject } from '../wire/json.ts'
import {
  actions,
  type BedrockRuntime,
  type ConverseStreamReply,
  type InvokeRequest,
  type RuntimeRequest,
} from './bedrock-runtime.ts'
import { linkedAbort } from './linked-abort.ts'
import { loadSdk, type Sdk } from './load-sdk.ts'
import { type Passage, sendOnce } from './sdk-command.ts'
import { toEventStream } from './sdk-events.ts'
import { toSdkBody, toWire } from './sdk-values.ts'

/**
 * The data plane through a client of the AWS SDK, set up as its owner wants it and never destroyed here. The SDK is loaded at the
 * first call.
 */
export function createSdkRuntime(client: BedrockRuntimeClient): BedrockRuntime {
  return {
    async converse(request) {
      const { ConverseCommand } = await sdkFor(request)
      const { signal } = request
      const command = new ConverseCommand(inputOf(request))
      const way: Way = { method: 'converse', passage: sendOnce(command), signal }
      const output = await delivered(client.send(command, { abortSignal: signal }), way)
      return { answer: toWire(output) as ConverseAnswer, requestId: output.$metadata.requestId }
    },

    async converseStream(request) {
      const { ConverseStreamCommand } = await sdkFor(request)
      const command = new ConverseStreamCommand(inputOf(request))
      return opened({ method: 'converseStream', passage: sendOnce(command), signal: request.signal }, abortSignal =>
        client.send(command, { abortSignal }).then(({ stream, $metadata }) => ({ stream, $metadata })),
      )
    },

    async invoke(request) {
      const { InvokeModelCommand } = await sdkFor(request)
      const { signal } = request
      const command = new InvokeModelCommand(invokeInputOf(request))
      const way: Way = { method: 'invoke', passage: sendOnce(command), signal }
      const output = await delivered(client.send(command, { abortSignal: signal }), way)
      return { answer: parsed(output.body), headers: way.passage.headers() }
    },

    async invokeStream(request) {
      const { InvokeModelWithResponseStreamCommand } = await sdkFor(request)
      const command = new InvokeModelWithResponseStreamCommand(invokeInputOf(request))
      return opened({ method: 'invokeStream', passage: sendOnce(command), signal: request.signal }, abortSignal =>
        client.send(command, { abortSignal }).then(({ body, $metadata }) => ({ stream: body, $metadata })),
      )
    },
  }
}

/** What both kinds of streams come as. */
interface Opened {
  readonly stream: AsyncIterable<object> | undefined
  readonly $metadata: { readonly requestId?: string | undefined }
}

async function opened(way: Way, send: (abortSignal: AbortSignal) => Promise<Opened>): Promise<ConverseStreamReply> {
  const link = linkedAbort(way.signal)
  try {
    const { stream, $metadata } = await delivered(send(link.signal), way)
    if (!stream) throw new GatewayError('upstream_bad_response', 'Bedrock answered without a stream.')
    return { events: toEventStream(stream, { link, passage: way.passage }), requestId: $metadata.requestId }
  } catch (error) {
    // Where the first event is corrupt, the SDK leaves the rest of the stream coming in.
    link.abort()
    throw error
  }
}

function invokeInputOf({ model, body, settings }: InvokeRequest): InvokeModelCommandInput {
  const json = { contentType: 'application/json', accept: 'application/json' }
  return { ...json, ...settings, modelId: model, body: JSON.stringify(body) }
}

/** @throws {GatewayError} `model_not_found`, as without the SDK, which would send some ids along another path. */
function sdkFor({ model, signal }: RuntimeRequest): Promise<Sdk> {
  modelPath(model)
  return unlessAborted(loadSdk(), signal)
}

/** The input's members are named as on the wire, and so are ours: what is new to the SDK is for its serializer to take or leave. */
function inputOf({ model, body }: RuntimeRequest<ConverseBody>): ConverseCommandInput {
  return { ...toSdkBody(body), modelId: model }
}

/** A command on its way. */
interface Way {
  readonly method: keyof BedrockRuntime
  readonly passage: Passage
  readonly signal: AbortSignal
}

/** The SDK looks at the signal only when it has its credentials; a caller is let go before. */
async function delivered<Output>(sending: Promise<Output>, { method, passage, signal }: Way): Promise<Output> {
  try {
    return await unlessAborted(sending, signal)
  } catch (error) {
    throw errorOfSend({ error, passage, action: actions[method] })
  }
}

function parsed(body: Uint8Array): JsonObject {
  const value = parseJsonObject(Buffer.from(body).toString('utf8'))
  if (value) return value
  throw new GatewayError('upstream_bad_response', 'Bedrock answered with something else than a JSON object.')
}

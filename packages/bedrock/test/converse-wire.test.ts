import type {
  ConverseCommandInput,
  ConverseResponse,
  ConverseStreamOutput,
  TokenUsage,
} from '@aws-sdk/client-bedrock-runtime'
import { describe, expectTypeOf, it } from 'vitest'
import type { AnswerUsage, ConverseAnswer, ConverseEventPayload } from '../src/wire/converse-answer-wire.ts'
import type { ConverseBody, InferenceConfig, ToolConfig } from '../src/wire/converse-wire.ts'

/** The SDK's shapes as they stand in JSON: bytes are base64. */
type Json<T> = T extends Uint8Array
  ? string
  : T extends (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [K in keyof T]: Json<T[K]> }
      : T
type Body = Json<Omit<ConverseCommandInput, 'modelId'>>

describe('our own shapes of the wire', () => {
  it('are what the SDK would send', () => {
    expectTypeOf<InferenceConfig>().toExtend<NonNullable<Body['inferenceConfig']>>()
    expectTypeOf<NonNullable<ConverseBody['system']>>().toExtend<NonNullable<Body['system']>>()
    expectTypeOf<NonNullable<ConverseBody['serviceTier']>>().toExtend<NonNullable<Body['serviceTier']>>()
    expectTypeOf<NonNullable<ConverseBody['requestMetadata']>>().toExtend<NonNullable<Body['requestMetadata']>>()
    expectTypeOf<keyof ConverseBody>().toExtend<keyof Body>()
    expectTypeOf<Roles>().toExtend<NonNullable<Body['messages']>[number]['role']>()
    expectTypeOf<BlockKinds>().toExtend<KeysOf<NonNullable<NonNullable<Body['messages']>[number]['content']>[number]>>()
    expectTypeOf<keyof ToolConfig>().toExtend<keyof NonNullable<Body['toolConfig']>>()
    expectTypeOf<KeysOf<NonNullable<ToolConfig['toolChoice']>>>().toExtend<
      KeysOf<NonNullable<NonNullable<Body['toolConfig']>['toolChoice']>>
    >()
  })

  it('read what the SDK would read', () => {
    expectTypeOf<keyof AnswerUsage>().toExtend<keyof TokenUsage>()
    expectTypeOf<keyof ConverseAnswer>().toExtend<keyof ConverseResponse>()
    expectTypeOf<NonNullable<ConverseStreamOutput['contentBlockDelta']>['contentBlockIndex']>().toExtend<
      ConverseEventPayload['contentBlockIndex'] | undefined
    >()
  })
})

type KeysOf<T> = T extends unknown ? keyof T : never
type Roles = ConverseBody['messages'][number]['role']
type BlockKinds = KeysOf<ConverseBody['messages'][number]['content'][number]>

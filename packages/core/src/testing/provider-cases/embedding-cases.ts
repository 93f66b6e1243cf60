import { strict as assert } from 'node:assert'
import type { EmbeddingsRequest } from '../../wire/embeddings.ts'
import type { ProviderRig } from '../provider-rig.ts'
import { testCall } from '../test-call.ts'
import type { RigCase } from './provider-case.ts'
import { assertCode, outcomeOf, rejection } from './rig-calls.ts'

/** `undefined`: the provider has no embeddings, and says so. */
async function embed(rig: ProviderRig, request: Omit<EmbeddingsRequest, 'model'>) {
  const { embeddings: handler } = rig.provider.handlers
  assert.equal(
    handler === undefined,
    rig.embeddingModel === undefined,
    'A provider has a handler for embeddings exactly where its rig names a model for them.',
  )
  if (!handler || rig.embeddingModel === undefined) return undefined
  const result = await handler(testCall('embeddings', { model: rig.embeddingModel, ...request }))
  return { ...result.embeddings.value, outcome: await outcomeOf(result) }
}

/** Base64 is the bytes of 32-bit floats, the lowest byte first. */
function decodeVector(vector: string | readonly number[]): readonly number[] {
  if (typeof vector !== 'string') return vector
  const bytes = Uint8Array.from(atob(vector), character => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
}

/** What a provider makes of texts, where it makes anything of them. */
export const embeddingCases: readonly RigCase[] = [
  {
    name: 'embeddings come in the order of their texts, alike as floats and as base64',
    async run(rig) {
      const input = ['alpha', 'beta', 'gamma']
      const floats = await embed(rig, { input, encoding_format: 'float' })
      const base64 = await embed(rig, { input, encoding_format: 'base64' })
      if (!floats || !base64) return
      assert.deepEqual(
        [floats, base64].map(({ data }) => data.map(({ index }) => index)),
        [
          [0, 1, 2],
          [0, 1, 2],
        ],
      )
      assert.ok(base64.data.every(({ embedding }) => typeof embedding === 'string'))
      const vectors = floats.data.map(({ embedding }) => decodeVector(embedding))
      for (const [index, { embedding }] of base64.data.entries()) {
        const [ours, theirs] = [decodeVector(embedding), vectors[index] ?? []]
        assert.equal(ours.length, theirs.length)
        assert.ok(ours.every((value, at) => Math.abs(value - (theirs[at] ?? Number.NaN)) < 1e-6))
      }
      const alone = await embed(rig, { input: ['beta'], encoding_format: 'float' })
      assert.deepEqual(
        alone?.data.map(({ embedding }) => decodeVector(embedding)),
        [vectors[1]],
      )
      assert.notDeepEqual(vectors[0], vectors[1])
    },
  },
  {
    name: 'embeddings tell their usage, and settle completed',
    async run(rig) {
      const answer = await embed(rig, { input: 'alpha' })
      if (!answer) return
      assert.ok(answer.usage.prompt_tokens > 0)
      assert.equal(answer.outcome.status, 'completed')
      assert.equal(answer.outcome.usage?.prompt_tokens, answer.usage.prompt_tokens)
      assert.equal(rig.upstream.requests(), 1, 'One text is one upstream request.')
    },
  },
  {
    name: 'embeddings that the upstream limits are upstream_rate_limited, after one request',
    async run(rig) {
      if (rig.embeddingModel === undefined) return
      await rig.upstream.misbehave({ kind: 'status', status: 429, retryAfterSeconds: 7 })
      const error = await rejection(embed(rig, { input: 'alpha' }), 'An embedding that the upstream answers with 429')
      assertCode(error, 'upstream_rate_limited', 'A 429')
      assert.equal(rig.upstream.requests(), 1, 'A provider makes no retries: the gateway does.')
    },
  },
]

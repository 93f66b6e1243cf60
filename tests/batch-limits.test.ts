import { bedrockBatches } from '@modelgate/bedrock/batch'
import type { BatchesOptions } from '@modelgate/core'
import { startSimulator } from '@modelgate/simulator'
import { BadRequestError } from 'openai'
import { describe, expect, it } from 'vitest'
import { bucket, numbered, roleArn, startBatch, startBatchRig, upload } from './batches/batch-rig.ts'

/** A gateway whose files are limited as it is told. */
async function limitedTo(limits: Pick<BatchesOptions, 'maxFileBytes' | 'maxRequests'>) {
  const simulator = await startSimulator()
  const place = { region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }
  const providers = [bedrockBatches({ ...place, bucket, roleArn })]
  const rig = await startBatchRig({ simulator, gateway: { batches: { providers, ...limits } } })
  const kept = () => simulator.requests().filter(({ operation }) => operation === 'put-object')
  return {
    ...rig,
    kept,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]()
      await simulator.close()
    },
  }
}

describe('a file', () => {
  it('beyond `maxFileBytes` is a 413, whether or not its client said so before, and one within it is kept', async () => {
    await using rig = await limitedTo({ maxFileBytes: 1_000 })
    await expect(upload(rig.ann, numbered(10))).rejects.toMatchObject({ status: 413, code: 'request_too_large' })
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', new Blob([numbered(1_000).join('\n')]), 'b.jsonl')
    const { body, headers } = new Response(form)
    const unsaid = { method: 'POST', headers: { authorization: 'Bearer key-of-ann', ...Object.fromEntries(headers) } }
    const answer = await fetch(`${rig.url}/v1/files`, { ...unsaid, body, duplex: 'half' } as RequestInit)
    expect(answer.status).toBe(413)
    expect(rig.kept()).toEqual([])
    await expect(upload(rig.ann, numbered(3))).resolves.toMatchObject({ object: 'file' })
  })

  it('of more requests than `maxRequests` is a 400 that says how many there may be', async () => {
    await using rig = await limitedTo({ maxRequests: 5 })
    const sent = upload(rig.ann, numbered(6))
    await expect(sent).rejects.toBeInstanceOf(BadRequestError)
    await expect(sent).rejects.toThrow(/\b5\b/)
    await expect(upload(rig.ann, numbered(5))).resolves.toMatchObject({ object: 'file' })
  })
})

it('a batch is refused below the `minimumRequests` that an account has, and begun from there on', async () => {
  await using simulator = await startSimulator()
  await using rig = await startBatchRig({ simulator, batches: { minimumRequests: 3 } })
  simulator.setJobs({ minimumRecords: 3 })
  await expect(startBatch(rig.ann, numbered(2))).rejects.toThrow(/has 2 requests, and Bedrock takes batches of 3/)
  await expect(startBatch(rig.ann, numbered(3))).resolves.toMatchObject({ object: 'batch', status: 'validating' })
})

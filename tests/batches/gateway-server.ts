import { startBatchRig } from './batch-rig.ts'

/** A gateway as a process of its own, to be killed. It says where it listens, and asks a simulator that outlives it. */
const { url, region, credential, leaseMs } = JSON.parse(process.env.BATCH_SERVER ?? '{}') as {
  readonly url: string
  readonly region: string
  readonly credential: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly leaseMs: number
}
const rig = await startBatchRig({
  simulator: { url, credential },
  batches: { region, smallBatches: 'run', leaseMs, concurrency: 2 },
})
console.log(JSON.stringify({ url: rig.url }))

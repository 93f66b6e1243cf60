import { startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lazyClients } from '../../src/batch/batch-clients.ts'
import { takeLease } from '../../src/batch/leases.ts'
import { ObjectStore } from '../../src/batch/object-store.ts'

let simulator: Awaited<ReturnType<typeof startSimulator>>
let store: ObjectStore
let now = 0
const leasing = () => ({ store, leaseMs: 100, now: () => now })

beforeAll(async () => {
  simulator = await startSimulator()
  const { url: endpoint, credential: credentials } = simulator
  store = new ObjectStore(lazyClients({ endpoint, credentials, region: 'us-east-1' }), {
    bucket: 'leases',
    prefix: 'p/',
  })
})
beforeEach(() => {
  simulator.reset()
  now = 1_000
})
afterAll(() => simulator.close())

describe('a lease', () => {
  it('is one process’s, of however many that want it at once', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeLease('a', leasing())))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await takeLease('a', leasing())).toBeUndefined()
  })

  it('is another’s once its holder has said nothing for its time, and the holder then learns it', async () => {
    const first = await takeLease('a', leasing())
    now += 99
    expect(await takeLease('a', leasing())).toBeUndefined()
    expect(await first?.renew()).toBe(true)
    now += 100
    const second = await takeLease('a', leasing())
    expect(second).toBeDefined()
    expect(await first?.renew()).toBe(false)
    // What it gives back is not its own any more.
    await first?.release()
    expect(await takeLease('a', leasing())).toBeUndefined()
    expect(await second?.renew({ completed: 1, failed: 0 })).toBe(true)
  })

  it('is free again when it was given back while it was renewed', async () => {
    const lease = await takeLease('a', leasing())
    now += 10
    const renewed = lease?.renew()
    await lease?.release()
    expect(await renewed).toBe(true)
    expect(await takeLease('a', leasing())).toBeDefined()
  })

  it('is free again when it was given back', async () => {
    await (await takeLease('a', leasing()))?.release()
    expect(await takeLease('a', leasing())).toBeDefined()
  })
})

describe('the store', () => {
  it('knows a write of its own again whose answer was lost', async () => {
    simulator.setFaults([{ match: { operation: 's3-put', times: 1 }, fault: { kind: 'reset-before-head' } }])
    // Written, its answer lost, and sent once more by the SDK: refused for what it wrote itself.
    expect(await store.write('claim', '{"owner":"me"}', { ifAbsent: true })).toBeDefined()
    expect(await store.write('claim', '{"owner":"other"}', { ifAbsent: true })).toBeUndefined()
  })

  it('tells that it cannot be reached, and who may not', async () => {
    simulator.setFaults([{ match: { operation: 's3-get' }, fault: { kind: 'status', status: 403 } }])
    await expect(store.read('x')).rejects.toMatchObject({ code: 'upstream_auth_failed', message: /s3:GetObject/ })
    simulator.setFaults([{ match: { operation: 's3-get' }, fault: { kind: 'status', status: 503 } }])
    await expect(store.read('x')).rejects.toMatchObject({ code: 'upstream_unavailable', retryable: true })
  })

  it('writes objects of several parts as they were given, at whatever seams', async () => {
    const writer = store.open('large')
    const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(499_979, index))
    for (const piece of pieces) await writer.write(piece)
    await writer.end()
    const read: Uint8Array[] = []
    for await (const piece of store.stream('large')) read.push(piece)
    expect(Buffer.concat(read).equals(Buffer.concat(pieces))).toBe(true)
    expect(writer.bytes).toBe(40 * 499_979)
  })
})

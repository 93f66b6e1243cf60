import { describe, it } from 'vitest'
import { fetchTransport } from '../../src/upstream/fetch-transport.ts'
import { nodeTransport } from '../../src/upstream/node-transport.ts'
import type { Transport } from '../../src/upstream/transport.ts'
import { undici } from '../../src/upstream/undici-transport.ts'
import { transportCases } from './transport-cases.ts'

/** Every transport of ours; what only one of them can be asked stands in its own test. */
const transports: Readonly<Record<string, () => Transport>> = {
  'nodeTransport()': () => nodeTransport(),
  'fetchTransport()': () => fetchTransport(),
  'undici()': () => undici(),
}

describe.each(Object.entries(transports))('%s', (_name, make) => {
  it.each(transportCases)('$name', async ({ run }) => {
    const transport = make()
    try {
      await run(transport)
    } finally {
      await transport.close()
    }
  })
})

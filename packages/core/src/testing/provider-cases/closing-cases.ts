import { strict as assert } from 'node:assert'
import { type RigCase, until } from './provider-case.ts'
import { complete, openStream, readStream } from './rig-calls.ts'

/** What is left of a provider. */
export const closingCases: readonly RigCase[] = [
  {
    name: 'close() lets the answers end that are under way',
    async run(rig) {
      const result = await openStream(rig)
      await rig.provider.close?.()
      const { error, outcome } = await readStream(result)
      assert.deepEqual([error, outcome.status], [undefined, 'completed'])
    },
  },
  {
    name: 'close() closes the connections that were kept, and may be called again',
    async run(rig) {
      const { provider, upstream } = rig
      await complete(rig)
      await provider.close?.()
      await until(() => upstream.connections() === 0, 'The connections were not closed')
      await provider.close?.()
    },
  },
]

import { expect, it } from 'vitest'
import { waitFor } from '../../src/mcp/wait-for.ts'

it.each([
  ['already', (caller: AbortController) => caller.abort()],
  ['meanwhile', (caller: AbortController) => queueMicrotask(() => caller.abort())],
])('who has left %s waits for nothing, and what goes on may fail unheard', async (_, leave) => {
  const caller = new AbortController()
  const work = Promise.withResolvers<never>()
  leave(caller)
  await expect(waitFor(work.promise, caller.signal)).rejects.toMatchObject({ code: 'cancelled' })
  work.reject(new Error('nobody hears it'))
  await new Promise(resolve => setImmediate(resolve))
})

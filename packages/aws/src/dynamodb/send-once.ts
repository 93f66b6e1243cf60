import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { changedNothing } from './changed-nothing.ts'

/** Outside of all that may fail before anything is sent: credentials are looked for behind it. */
const outermost = { step: 'initialize', priority: 'high', name: 'modelgateNeverSent' } as const

/**
 * Keeps a client that was given, and retries as the SDK's do unless told, from sending a write again of which nobody knows whether it was
 * carried out: it would count twice, or give back twice. What certainly came to nothing is the client's to try again.
 */
export function sendOnce(command: UpdateItemCommand): void {
  let doubtful: Error | undefined
  let isSent = false
  command.middlewareStack.add(
    next => async input => {
      try {
        return await next(input)
      } catch (error) {
        throw error instanceof Error && !isSent ? Object.assign(error, { neverSent: true }) : error
      }
    },
    outermost,
  )
  command.middlewareStack.add(
    next => async input => {
      isSent = true
      if (doubtful) throw doubtful
      try {
        return await next(input)
      } catch (error) {
        // Of none of the kinds that the SDK would try again.
        if (!changedNothing(error)) doubtful = new Error('The write may have been carried out.', { cause: error })
        throw error
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'modelgateSendOnce' },
  )
}

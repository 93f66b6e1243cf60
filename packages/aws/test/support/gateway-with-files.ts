import { type BatchProvider, createGateway, type Gateway } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'

const unasked = (): Promise<never> => Promise.reject(new Error('Nobody should ask this.'))

/** A gateway that keeps files as it is told, and is asked for nothing else of them. Of what fails it tells nobody. */
export function gatewayWithFiles(own: Partial<Pick<BatchProvider, 'createFile' | 'content'>>): Gateway {
  const batches: BatchProvider = {
    provider: 'scripted',
    owns: () => true,
    createFile: unasked,
    file: unasked,
    files: unasked,
    deleteFile: unasked,
    content: unasked,
    createBatch: unasked,
    batch: unasked,
    batches: unasked,
    cancelBatch: unasked,
    ...own,
  }
  return createGateway({
    providers: [scriptedProvider('scripted')],
    auth: 'none',
    batches: { providers: [batches] },
    onError: () => {},
  })
}

import { type Authenticate, apiKeys, errorText, type KeyStore } from '@modelgate/core'

/** Knows callers by their keys, and says when a store of keys does not answer. */
export function keyAuthentication(stores: readonly KeyStore[], warn: (text: string) => void): Authenticate {
  return apiKeys(stores, {
    onError: error => warn(`The store of API keys does not answer: ${errorText(error)}`),
  })
}

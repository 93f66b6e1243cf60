import { secretReader } from '@modelgate/aws/secrets'

/**
 * Has the AWS SDK read a secret once, whatever comes of it: what it loads for its first request takes longer on a busy machine than a function
 * waits for its keys.
 */
export async function loadSdk(endpoint: string): Promise<void> {
  const reader = secretReader({ region: 'us-east-1', endpoint, maxAttempts: 1 })
  await reader.read('none').catch(() => undefined)
  reader.close()
}

import { SSMClient } from '@aws-sdk/client-ssm'
import { type ParameterReader, parameterReader } from '@modelgate/aws/ssm'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testCredentials } from './support/dynamodb.ts'
import { openTestParameterStore, type TestParameterStore } from './support/parameter-store.ts'

function readerOf({ endpoint }: TestParameterStore): ParameterReader {
  const client = new SSMClient({ endpoint, region: 'us-east-1', credentials: testCredentials, maxAttempts: 1 })
  return parameterReader({ client })
}

describe('parameterReader', () => {
  it('reads parameters decrypted, ten at a time, and leaves out what is not there', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `/gateway/p${index}`)
    await using store = await openTestParameterStore(Object.fromEntries(names.map(name => [name, `value of ${name}`])))
    const values = await readerOf(store).read([...names, '/gateway/none', names[0] ?? ''])
    expect([...values.keys()].sort()).toEqual([...names].sort())
    expect(values.get('/gateway/p11')).toBe('value of /gateway/p11')
    expect(store.requests).toHaveLength(2)
    expect(store.requests[0]).toMatchObject({ WithDecryption: true })
  })

  it('reads all pages of what stands directly beneath a path', async () => {
    const parameters = { '/g/A': '1', '/g/B': '2', '/g/C': '3', '/g/deep/D': '4', '/other/E': '5' }
    await using store = await openTestParameterStore(parameters)
    expect(Object.fromEntries(await readerOf(store).readUnder('/g'))).toEqual({ A: '1', B: '2', C: '3' })
  })

  it('makes a client of its own where it is given none, anew after it was closed', async () => {
    await using store = await openTestParameterStore({ '/a': '1' })
    const environment = { AWS_ENDPOINT_URL_SSM: store.endpoint, AWS_REGION: 'us-east-1' }
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
    for (const [name, value] of Object.entries({ ...environment, ...credentials })) vi.stubEnv(name, value)
    onTestFinished(() => void vi.unstubAllEnvs())
    const reader = parameterReader()
    for (let time = 0; time < 2; time += 1) {
      expect([...(await reader.read(['/a'])).values()]).toEqual(['1'])
      reader.close()
    }
  })

  it('says what the SDK says', async () => {
    await using store = await openTestParameterStore({})
    store.fault = 'AccessDeniedException'
    await expect(readerOf(store).read(['/a'])).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

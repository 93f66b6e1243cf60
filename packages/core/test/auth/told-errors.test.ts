import { afterEach, expect, it, vi } from 'vitest'
import { apiKeys, errorText } from '../../src/index.ts'

afterEach(() => vi.restoreAllMocks())

it('a store of keys that does not answer is told on the console without a key or a password that its client quotes', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  const cause = new Error('connect redis://u:hunter2@10.0.0.1 failed')
  const down = new Error('x-amz-security-token:IQoJb3JpZ2luX2VjEXAMPLE', { cause })
  const authenticate = apiKeys({ findByHash: () => Promise.reject(down) })
  const headers = { authorization: 'Bearer sk-known' }
  await expect(authenticate({ method: 'GET', path: '/', headers, address: undefined })).rejects.toThrow(
    'does not answer',
  )
  const shown = logged.mock.calls.flat().join('\n')
  expect(shown).toContain('x-amz-security-token:[redacted]\n    at ')
  expect(shown).not.toMatch(/IQoJ|hunter2/)
})

it('of what is no error its kind is told', () => {
  expect([errorText({ status: 401 }), errorText('sk-1')]).toEqual(['a object was thrown', 'a string was thrown'])
})

import { expect, type Mock, vi } from 'vitest'
import { apiKeys, type CallReport, createGateway, memoryKeyStore, type Provider } from '../../src/index.ts'
import { type ScriptedProvider, type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest } from './calls.ts'
import type { Ask, Front } from './fronts.ts'

export const never = new Promise<never>(() => {})
export const key = { authorization: 'Bearer good' }
export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...key, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
export const chat = (more: object = {}, headers?: Record<string, string>) =>
  post({ ...chatRequest(), ...more }, headers)

export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string
  }
}

export async function told(answer: Promise<Response>): Promise<Told> {
  const { status, headers, ...response } = await answer.then(async got => ({
    status: got.status,
    headers: got.headers,
    text: await got.text(),
  }))
  expect(headers.get('content-type')).toBe('application/json')
  const body = JSON.parse(response.text) as { error: Told['error'] }
  expect(Object.keys(body)).toEqual(['error'])
  expect(Object.keys(body.error).sort()).toEqual(['code', 'message', 'param', 'type'])
  return { status, headers, error: body.error }
}

/** A gateway behind a front, and what was told of its calls. */
interface StoryGateway {
  readonly ask: Ask
  readonly provider: ScriptedProvider
  readonly reports: CallReport[]
  readonly onError: Mock
}

/** A gateway with one provider `us`, keys, and the route `fast`, behind a front. */
export async function open(
  front: Front,
  steps: readonly ScriptStep[] | Provider,
  options: { readonly maxBodyBytes?: number } = {},
): Promise<StoryGateway> {
  const provider = Array.isArray(steps) ? scriptedProvider('us', steps) : (steps as Provider)
  const reports: CallReport[] = []
  const onError = vi.fn()
  const gateway = createGateway({
    providers: [provider],
    routes: { fast: ['us/nova'], 'team/smart': ['us/claude'] },
    auth: apiKeys(
      memoryKeyStore([
        { key: 'good' },
        { key: 'narrow', allowedRoutes: ['team/smart'] },
        { key: 'health', permissions: ['health'] },
        { key: 'revoked', active: false },
      ]),
    ),
    onReport: report => reports.push(report),
    onError,
    retry: { enabled: false },
    ...options,
  })
  const ask: Ask = await front.open(gateway)
  return { ask, provider: provider as ScriptedProvider, reports, onError }
}

export const deep = (levels: number) => `{"model":"fast","messages":${'['.repeat(levels)}${']'.repeat(levels)}}`

import { type CallReport, createGateway, type Gateway, type GatewayOptions, memoryCacheStore } from '../../src/index.ts'
import { type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest } from '../support/calls.ts'

export const key = 'order-17'
export const asked = chatRequest({ model: 'us/nova' })

/** Gateways, as of several instances, over one store and one upstream. */
export function openInstances(script: readonly (readonly ScriptStep[])[], options: Partial<GatewayOptions> = {}) {
  const us = scriptedProvider('us', ...script)
  const store = memoryCacheStore()
  const reports: CallReport[] = []
  const open = (more: Partial<GatewayOptions> = {}): Gateway =>
    createGateway({
      providers: [us],
      auth: () => ({ tenant: 'acme' }),
      idempotency: { store },
      onReport: report => reports.push(report),
      onError: () => {},
      ...options,
      ...more,
    })
  const post = (
    gateway: Gateway,
    { idempotencyKey = key, headers, signal, waitUntil, ...more }: Posted = {},
  ): Promise<Response> =>
    gateway.fetch('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey, ...headers },
      body: JSON.stringify({ ...asked, ...more }),
      signal: signal ?? null,
      waitUntil,
    })
  return { us, store, reports, open, post }
}

export interface Posted {
  readonly idempotencyKey?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly stream?: boolean
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
  readonly [member: string]: unknown
}

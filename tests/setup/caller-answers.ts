import type { RecordedRequest } from '@modelgate/simulator'
import { gatewayKey } from './callers-rig.ts'

export const unlimited = { limits: { tiers: { free: {} } } }
export const key = { authorization: `Bearer ${gatewayKey}` }
export const keyIdOf = ({ headers }: RecordedRequest): string | undefined =>
  /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1]
export const scopeOf = ({ headers }: RecordedRequest): string | undefined =>
  /Credential=[^/]+\/\d+\/([^/]+)/.exec(headers.authorization ?? '')?.[1]

export interface Refusal {
  readonly error: { readonly message: string; readonly code: string }
}

export async function refusalOf(answer: Response | Promise<Response>): Promise<Refusal['error'] & { status: number }> {
  const { status, ...got } = await Promise.resolve(answer).then(async response => ({
    status: response.status,
    body: (await response.json()) as Refusal,
  }))
  return { status, ...got.body.error }
}

import { createHash, randomBytes } from 'node:crypto'
import type { BatchCaller } from '@modelgate/core'

/** What can be kept. */
export type Kind = 'file' | 'batch'

/** Below the newest comes the next: lists are read from the newest on. */
const lastMoment = 0xfff_ffff_ffff

/**
 * An id whose order is that of time, the newest first, and which tells whose it is: `file-bedrock-…`, `batch_bedrock_…`.
 * @param now milliseconds since 1970
 */
export function newId(kind: Kind, provider: string, now: number): string {
  const time = (lastMoment - now).toString(16).padStart(11, '0')
  return idOf(kind, provider, time + randomBytes(7).toString('hex').slice(0, 13))
}

/** The id of what is made once for a key, whoever makes it, at the time of `like`. */
export function idFor(
  kind: Kind,
  provider: string,
  { key, now }: { readonly key: string; readonly now: number },
): string {
  const time = (lastMoment - now).toString(16).padStart(11, '0')
  return idOf(kind, provider, time + createHash('sha256').update(key).digest('hex').slice(0, 13))
}

function idOf(kind: Kind, provider: string, tail: string): string {
  return kind === 'file' ? `file-${provider}-${tail}` : `batch_${provider}_${tail}`
}

/** The part of an id that is not the kind's or the provider's. */
export function tailOf(id: string): string {
  return id.slice(-24)
}

/** Whether an id is of a file or batch of this provider. */
export function isIdOf(provider: string, id: string): boolean {
  const head = id.slice(0, -24)
  return /^[0-9a-f]{24}$/.test(id.slice(-24)) && (head === `file-${provider}-` || head === `batch_${provider}_`)
}

/** Whose files and batches they are: nothing in a key that a tenant chose. */
export function tenantKey({ principal }: Pick<BatchCaller, 'principal'>): string {
  if (!principal) return 'open'
  return createHash('sha256').update(principal.tenant).digest('hex').slice(0, 32)
}

/** Where one tenant's things are kept. */
export const places = {
  /** Of all files' facts. */
  files: (tenant: string): string => `${tenant}/files/`,
  file: (tenant: string, id: string): string => `${tenant}/files/${id}.json`,
  content: (tenant: string, id: string): string => `${tenant}/data/${id}/content.jsonl`,
  records: (tenant: string, id: string): string => `${tenant}/data/${id}/records.jsonl`,
  index: (tenant: string, id: string): string => `${tenant}/data/${id}/index.jsonl`,
  /** Says that a batch needs the file's records still. */
  used: (tenant: string, id: string): string => `${tenant}/data/${id}/used`,
  batches: (tenant: string): string => `${tenant}/batches/`,
  batch: (tenant: string, id: string): string => `${tenant}/batches/${id}.json`,
  /** Which batch an idempotency key stands for. */
  key: (tenant: string, digest: string): string => `${tenant}/keys/${digest}.json`,
  /** What Bedrock writes. */
  job: (tenant: string, id: string): string => `${tenant}/runs/${id}/job/`,
  /** Who is at work on a batch. */
  lease: (tenant: string, id: string): string => `${tenant}/runs/${id}/lease.json`,
  claims: (tenant: string, id: string): string => `${tenant}/runs/${id}/claims/`,
  results: (tenant: string, id: string): string => `${tenant}/runs/${id}/results/`,
  /** The batches that are run by gateways themselves, of all tenants. */
  running: 'running/',
} as const

/** The last step of a key without its ending. */
export function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '')
}

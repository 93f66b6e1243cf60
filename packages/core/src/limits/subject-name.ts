import { hash } from 'node:crypto'

/** As long as a store takes a subject. */
const longestSubject = 512

/** A subject as stores know it: what is too long for them goes by its digest. */
export function subjectName(subject: string): string {
  return subject.length <= longestSubject ? subject : `sha256:${hash('sha256', subject, 'hex')}`
}

/** A user of a tenant: `acme/ann`. A `/` in the tenant's name must not make one tenant's user another's. */
export function userName(tenant: string, userId: string): string {
  return `${tenant.replaceAll('%', '%25').replaceAll('/', '%2F')}/${userId}`
}

/** Whether a principal has a key or a user. A host's login may say by null that there is none. */
export function isSaid(name: string | null | undefined): name is string {
  return name !== undefined && name !== null
}

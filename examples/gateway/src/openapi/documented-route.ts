import type { AppRoute } from '../server/app-route.ts'

/** What the document is made from. */
export type DocumentedRoute = Pick<AppRoute, 'method' | 'path' | 'scope' | 'operationId'>

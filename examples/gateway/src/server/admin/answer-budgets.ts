import { type BudgetHolder, GatewayError } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'

/** `GET /api/v1/admin/budgets?key=…`, `?user=…` or `?tenant=…`: what one of them has spent, today and this month. */
export async function answerBudget({ query }: Asked, app: AppParts): Promise<Answer> {
  const holder = holderIn(query)
  return { status: 200, body: { ...holder, ...(await app.gateway.budgets.spending(holder)) }, about: aboutOf(holder) }
}

/** `POST /api/v1/admin/budgets/reset?key=…`: nothing is spent then, in all instances that share the store. */
export async function resetBudget({ query }: Asked, app: AppParts): Promise<Answer> {
  const holder = holderIn(query)
  await app.gateway.budgets.reset(holder)
  return { status: 200, body: { ...holder, ...(await app.gateway.budgets.spending(holder)) }, about: aboutOf(holder) }
}

const kinds = ['key', 'user', 'tenant'] as const
const longestName = 512

/** @throws {GatewayError} `invalid_request` where not one of them is named */
function holderIn(query: URLSearchParams): BudgetHolder {
  const [of, ...others] = kinds.filter(kind => query.has(kind))
  const name = of && query.get(of)
  if (of && name && others.length === 0 && name.length <= longestName) return { of, name }
  const message = `Name one key, user or tenant, as in ?key=key-1 or ?tenant=acme, in 1 to ${longestName} characters.`
  throw new GatewayError('invalid_request', message, { param: of ?? 'key' })
}

function aboutOf({ of, name }: BudgetHolder): string {
  return `${of} ${name}`
}

import type { OperationDoc } from '../operation.ts'

const holder: OperationDoc['parameters'] = [
  { name: 'key', in: 'query', description: 'The `apiKeyId` of a key.', schema: { type: 'string' }, example: 'key-1' },
  { name: 'user', in: 'query', description: 'In its place: `tenant/user`.', schema: { type: 'string' } },
  { name: 'tenant', in: 'query', description: 'In their place: a tenant.', schema: { type: 'string' } },
]
const spending = { 'application/json': { schema: 'Spending' } }

/** `GET /api/v1/admin/budgets` */
export const budgetOperation: OperationDoc = {
  summary: 'What a key, a user or a tenant has spent of its budget',
  tag: 'Administration',
  parameters: holder,
  answers: {
    200: {
      description:
        'Today and this month, in US dollars. Only calls under a budget are counted: of whoever has none it is 0, whatever its calls cost.',
      content: spending,
    },
  },
  errors: ['400'],
}

/** `POST /api/v1/admin/keys/{apiKeyId}/budget` */
export const setKeyBudgetOperation: OperationDoc = {
  summary: "Set a key's budget, in place of what it had",
  tag: 'Administration',
  request: { schema: 'Budget', examples: {} },
  answers: {
    200: { description: 'The key.', content: { 'application/json': { schema: 'Key' } } },
  },
  errors: ['400', '404', '413', '415'],
}

/** `POST /api/v1/admin/budgets/reset` */
export const resetBudgetOperation: OperationDoc = {
  summary: 'Let the budget of a key, a user or a tenant begin anew',
  tag: 'Administration',
  parameters: holder,
  answers: { 200: { description: 'How it stands now.', content: spending } },
  errors: ['400'],
}

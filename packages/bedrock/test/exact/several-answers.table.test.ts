import { type RequestRow, requestRows } from './request-row.ts'

const rows: readonly RequestRow[] = [
  { it: 'asks once for n: 1', request: { n: 1 }, operations: ['converse'] },
  { it: 'asks as often as n says', request: { n: 3 }, operations: ['converse', 'converse', 'converse'] },
  {
    it: 'streams as often as n says',
    request: { n: 2, stream: true },
    operations: ['converse-stream', 'converse-stream'],
  },
  {
    it: 'says the same in each',
    request: { n: 2, temperature: 0, stop: ['x'], user: 'u', seed: 1 },
    operations: ['converse', 'converse'],
    sends: {
      inferenceConfig: { temperature: 0, stopSequences: ['x'] },
      additionalModelRequestFields: { metadata: { user_id: 'u' } },
    },
    drops: ['seed'],
  },
  {
    it: 'refuses n: 0',
    request: { n: 0 },
    refuses: { param: 'n', says: /whole number from 1 to 128/ },
  },
  {
    it: 'refuses n: 129',
    request: { n: 129 },
    refuses: { param: 'n', says: /whole number from 1 to 128/ },
  },
  {
    it: 'refuses several answers of which something would be dropped',
    options: { unsupportedParams: 'reject' },
    request: { n: 3, seed: 1 },
    refuses: { param: 'seed', says: /cannot be told it/ },
  },
]

requestRows('several answers', rows)

import { type RequestRow, requestRows } from './request-row.ts'

const rows: readonly RequestRow[] = [
  {
    section: '§4',
    it: 'tells a temperature of 0, which is a value',
    request: { temperature: 0 },
    sends: { inferenceConfig: { temperature: 0 } },
  },
  {
    section: '§4',
    it: 'refuses a cap of 0 tokens',
    request: { max_completion_tokens: 0 },
    refuses: { param: 'max_completion_tokens', says: /at least 1|1 or more|positive/ },
  },
  { section: '§4', it: 'sends no cap where none was set', request: {}, omits: ['inferenceConfig.maxTokens'] },
]

requestRows('parameters', rows)

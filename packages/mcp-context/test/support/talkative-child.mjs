// An MCP server as a child process that answers a search, and then writes what nobody asked for: `kind`, so many, or without end.
import { createInterface } from 'node:readline'

const [kind, times] = process.argv.slice(2)
const messages = {
  notification: { method: 'notifications/message', params: { level: 'info', data: 'x'.repeat(200) } },
  request: { id: 'mine', method: 'ping' },
  answer: { id: 4_711, result: {} },
}
const answers = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'talkative', version: '1' },
  },
  'tools/list': { tools: [{ name: 'search', description: 'Searches.', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: '[{"productId":"p-1"}]' }] },
}
const text = { garbage: `a log line ${'x'.repeat(200)}\n`, stranger: '{"hello":1}\n' }
const line = message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`

const input = createInterface({ input: process.stdin })
input.on('line', asked => {
  const { id, method } = JSON.parse(asked)
  if (id === undefined || method === undefined) return
  const result = answers[method]
  process.stdout.write(line(result ? { id, result } : { id, error: { code: -32_601, message: 'No such method.' } }))
  if (method === 'tools/call') talk(Number(times))
})

function talk(left) {
  // Whoever asks without end reads no answers.
  if (left === Number.POSITIVE_INFINITY) process.stdin.pause()
  const count = Math.min(left, 100)
  if (count === 0) return
  if (process.stdout.write((text[kind] ?? line(messages[kind])).repeat(count))) setImmediate(talk, left - count)
  else process.stdout.once('drain', () => talk(left - count))
}

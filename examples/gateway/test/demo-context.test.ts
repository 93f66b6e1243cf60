import { expect, it } from 'vitest'
import { startApp } from '../src/start-app.ts'
import { postChat } from './chat-over-http.ts'
import { temporaryFile } from './run-gateway.ts'

// Two processes are started for it, with both cores busy.
it('the demo answers a question about products from its catalogue, and leaves no process behind', {
  timeout: 60_000,
}, async () => {
  const config = { context: { timeoutMs: 50_000 } }
  const app = await startApp(
    { PORT: '0', MODELGATE_CONFIG: temporaryFile('modelgate.json', JSON.stringify(config)) },
    () => {},
  )
  const ask = (content: string) =>
    postChat(`${app.url}/v1/chat/completions`, { model: 'fast', messages: [{ role: 'user', content }] })
  const answer = await ask('Which tents do you have?')
  expect(answer.headers.get('x-modelgate-context')).toMatch(/^hit;items=2;tokens=\d+$/)
  expect(await answer.text()).toContain('I was given: Basecamp Family Tent (399); Ridgeline Two-Person Tent (229).')
  const other = await ask('Write a limerick about a tent.')
  expect(other.headers.get('x-modelgate-context')).toBe('skipped')
  await other.text()
  const children = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'ProcessWrap').length
  await app.close()
  await expect.poll(children).toBe(0)
})

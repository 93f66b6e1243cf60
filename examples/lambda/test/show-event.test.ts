import { expect, it } from 'vitest'
import { showEvent } from '../src/show-event.ts'

it('an event is shown as the text it adds, and as it came where it adds none', () => {
  const chunk = (delta: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}`
  expect(showEvent(chunk({ content: ' sky\n' }))).toBe('" sky\\n"')
  for (const event of [
    chunk({}),
    chunk({ content: '' }),
    'data: {"error":{"code":"x"}}',
    'data: [DONE]',
    ': waiting',
  ]) {
    expect(showEvent(event)).toBe(event)
  }
})

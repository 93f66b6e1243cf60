import { describe, expect, it } from 'vitest'
import { createGateway } from '../../src/create-gateway.ts'
import { GatewayError } from '../../src/errors.ts'
import { inOwnTerms, ownParam } from '../../src/responses/own-terms.ts'
import { toMessages } from '../../src/responses/to-messages.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

const { origins } = toMessages({
  instructions: 'be',
  input: [
    { role: 'user', content: [{ type: 'input_image', image_url: 'x' }] },
    { type: 'reasoning' },
    { role: 'assistant', content: [{ type: 'output_text', text: 'a' }] },
    { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
    { role: 'assistant', content: 'b' },
    { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: '' },
    { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'x' }] },
  ],
})

describe("a chat's parameter in the words of the caller", () => {
  it.each([
    ['messages', 'input'],
    ['messages[0].content', 'instructions'],
    ['messages[1]', 'input[0]'],
    ['messages[1].content', 'input[0].content'],
    ['messages[1].content[0]', 'input[0].content[0]'],
    ['messages[1].content[0].image_url.url', 'input[0].content[0].image_url'],
    ['messages[1].content[0].file.file_data', 'input[0].content[0].file_data'],
    ['messages[2].content[0].text', 'input[2].content[0].text'],
    ['messages[2].content[1]', 'input[4].content'],
    ['messages[2].tool_calls[0].function.arguments', 'input[3].arguments'],
    ['messages[2].tool_calls[1].custom.name', 'input[5].name'],
    ['messages[2].tool_calls[1].id', 'input[5].call_id'],
    ['messages[3].tool_call_id', 'input[6].call_id'],
    ['messages[3].content[0].text', 'input[6].output[0].text'],
    ['messages[9].content', 'messages[9].content'],
    // As OpenAI itself writes it. What is not a message has no role.
    ['messages.[1].content', 'input[0].content'],
    ['messages.[1].role', 'input[0].role'],
    ['messages.[3].role', 'input[6]'],
    ['messages.[2].role', 'input[1]'],
    ['max_completion_tokens', 'max_output_tokens'],
    ['max_tokens', 'max_output_tokens'],
    ['response_format.json_schema.schema.properties', 'text.format.schema.properties'],
    ['response_format.type', 'text.format.type'],
    ['reasoning_effort', 'reasoning.effort'],
    ['verbosity', 'text.verbosity'],
    ['logprobs', 'top_logprobs'],
    ['tools[3].function.parameters', 'tools[3].parameters'],
    ['tools[3].custom.format.grammar.definition', 'tools[3].format.definition'],
    ['tool_choice.function.name', 'tool_choice.name'],
    ['tool_choice.allowed_tools.tools', 'tool_choice.tools'],
    ['temperature', 'temperature'],
    ['max_tokens_to_sample', 'max_tokens_to_sample'],
  ])('%s is %s', (param, own) => {
    expect(ownParam(param, origins)).toBe(own)
  })

  it('renames it in the sentence, too, and keeps all else', () => {
    const given = { param: 'max_tokens', status: 400, retryable: false }
    const told = inOwnTerms(new GatewayError('invalid_request', '`max_tokens` is too large.', given), origins)
    expect(told).toMatchObject({ ...given, param: 'max_output_tokens', message: '`max_output_tokens` is too large.' })
  })

  it('gives its advice by the name that the caller can send', () => {
    const advice = 'The prompt and its cap are too much: lower `max_completion_tokens`.'
    const told = inOwnTerms(new GatewayError('rate_limited', advice, { retryAfterMs: 5 }), origins)
    expect(told).toMatchObject({ code: 'rate_limited', retryAfterMs: 5, param: undefined })
    expect(told).toMatchObject({ message: 'The prompt and its cap are too much: lower `max_output_tokens`.' })
  })

  it('leaves alone what is none', () => {
    const failure = new TypeError('messages[1]')
    expect(inOwnTerms(failure, origins)).toBe(failure)
    const known = new GatewayError('rate_limited', 'Slow down.')
    expect(inOwnTerms(known, origins)).toBe(known)
  })
})

it('the door tells what a response failed of in the words of its caller', async () => {
  const fault = (param: string) => new GatewayError('invalid_request', `\`${param}\` is too long.`, { param })
  // The first message tells of the namespace.
  const faults = [fault('messages[0].content'), fault('messages[1].content'), fault('tools[0].function.description')]
  const gateway = createGateway({ providers: [scriptedProvider('us', ...faults.map(each => [each]))], auth: 'none' })
  const body = JSON.stringify({
    model: 'us/nova',
    input: [{ role: 'user', content: 'hi' }],
    tools: [{ type: 'namespace', name: 'files', description: 'd', tools: [{ type: 'function', name: 'read' }] }],
  })
  const headers = { 'content-type': 'application/json' }
  const told: unknown[] = []
  for (const _ of faults) {
    const answer = await gateway.fetch('http://gateway.test/v1/responses', { method: 'POST', headers, body })
    told.push(((await answer.json()) as { error: { param: string } }).error.param)
  }
  expect(told).toEqual(['tools', 'input[0].content', 'tools[0].tools[0].description'])
})

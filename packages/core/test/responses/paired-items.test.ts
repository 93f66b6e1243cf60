import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedItems } from '../../src/responses/paired-items.ts'
import { toMessages } from '../../src/responses/to-messages.ts'
import type { InputItem } from '../../src/wire/responses-request.ts'

const call = (call_id: string): InputItem => ({ type: 'function_call', call_id, name: 'f', arguments: '{}' })
const result = (call_id: string): InputItem => ({ type: 'function_call_output', call_id, output: 'x' })
const search: InputItem = { type: 'tool_search_call', call_id: 's', execution: 'client', arguments: {} }
const found: InputItem = { type: 'tool_search_output', call_id: 's', tools: [] }
const thought: InputItem = { type: 'reasoning', encrypted_content: null }
const tools: InputItem = { type: 'additional_tools', role: 'developer', tools: [] }
const user: InputItem = { role: 'user', content: 'hi' }
const said: InputItem = { role: 'assistant', content: 'well' }

const order = (...input: InputItem[]): number[] => pairedItems(input).map(({ index }) => index)

describe('the results of calls', () => {
  it.each<[string, InputItem[], number[]]>([
    ['what a user said meanwhile', [user, call('a'), user, result('a')], [0, 1, 3, 2]],
    ['what a developer said', [call('a'), { role: 'developer', content: 'be' }, result('a'), said], [0, 2, 1, 3]],
    ['the result of another call', [call('a'), call('b'), result('b'), user, result('a')], [0, 1, 2, 4, 3]],
    ['what the model said', [call('a'), call('b'), result('a'), said, result('b')], [0, 1, 2, 4, 3]],
    ['a whole turn', [call('a'), user, call('b'), result('b'), result('a')], [0, 4, 1, 2, 3]],
    ['another search', [search, user, found], [0, 2, 1]],
  ])('stand before %s', (_what, input, expected) => {
    expect(order(...input)).toEqual(expected)
  })

  it.each<[string, InputItem[]]>([
    ['behind their turn', [user, call('a'), thought, said, call('b'), tools, result('b'), result('a'), user]],
    ['of turns with the same ids', [call('a'), result('a'), user, call('a'), result('a')]],
    ['without a call', [user, result('a'), user, call('a')]],
  ])('stay where they are, %s', (_what, input) => {
    expect(order(...input)).toEqual(input.map((_, index) => index))
  })

  it('are those of the last call with their id', () => {
    expect(order(call('a'), user, call('a'), user, result('a'))).toEqual([0, 1, 2, 4, 3])
  })

  it('follow the message with their call, whatever stood between, and nothing is lost', () => {
    const ids = fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 1 })
    const others = fc.array(fc.constantFrom(user, said, thought, tools), { maxLength: 6 })
    fc.assert(
      fc.property(ids, others, fc.infiniteStream(fc.nat()), (calls, between, places) => {
        const input: InputItem[] = [...between]
        for (const id of calls) {
          const at = places.next().value % (input.length + 1)
          input.splice(at, 0, call(id))
          input.splice(at + 1 + (places.next().value % (input.length - at)), 0, result(id))
        }
        expect(order(...input).toSorted((one, other) => one - other)).toEqual(input.map((_, index) => index))
        const { messages, origins } = toMessages({ input })
        let asked: readonly string[] = []
        for (const [place, message] of messages.entries()) {
          if (message.role === 'assistant') asked = (message.tool_calls ?? []).map(({ id }) => id)
          else if (message.role !== 'tool') asked = []
          else {
            expect(asked).toContain(message.tool_call_id)
            const { index } = /\[(?<index>\d+)\]/.exec(origins[place]?.item ?? '')?.groups ?? {}
            expect(input[Number(index)]).toEqual(result(message.tool_call_id))
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

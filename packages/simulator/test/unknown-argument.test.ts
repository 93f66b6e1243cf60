import OpenAI, { BadRequestError } from 'openai'
import { expect, expectTypeOf, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import type { CHAT_ARGUMENTS } from '../src/openai/unknown-argument.ts'

const request = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Say exactly: hi' }], top_k: 3 }

it('refuses an argument that OpenAI does not know, where it is told to', async () => {
  for (const refusesUnknownArguments of [true, undefined]) {
    await using simulator = await startSimulator({ refusesUnknownArguments })
    const client = new OpenAI({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey, maxRetries: 0 })
    const asked = client.chat.completions.create(request)
    if (refusesUnknownArguments) {
      await expect(asked).rejects.toThrow('Unrecognized request argument supplied: top_k')
      await expect(asked).rejects.toBeInstanceOf(BadRequestError)
      const { top_k: _unknown, ...known } = request
      expect((await client.chat.completions.create(known)).choices[0]?.message.content).toBe('hi')
    } else expect((await asked).choices).toHaveLength(1)
  }
})

it("knows the arguments of the pinned client's types, neither more nor less", () => {
  type Known = keyof OpenAI.ChatCompletionCreateParamsNonStreaming
  expectTypeOf<(typeof CHAT_ARGUMENTS)[number]>().toEqualTypeOf<Known>()
})

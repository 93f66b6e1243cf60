// Clients that are not OpenAI's own, unchanged but for their address and key, against the gateway app on its simulator.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { ToolMessage } from '@langchain/core/messages'
import { tool as chainTool } from '@langchain/core/tools'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { Agent, tool as agentTool, OpenAIProvider, Runner } from '@openai/agents'
import { embedMany, generateText, isStepCount, Output, streamText, tool } from 'ai'
import * as z from 'zod'
import { startGateway } from './gateway-process.mjs'

const apiKey = 'sk-test123456789abcdef'
const models = ['fast', 'anthropic.claude-3-sonnet-20240229-v1:0']
// Claude, which signs what it thinks.
const thinker = 'smart'
const embeddings = 'cohere.embed-multilingual-v3'
const person = z.object({ name: z.string(), age: z.number() })
const city = z.object({ city: z.string() })

let app
before(async () => {
  app = await startGateway({}, 120_000)
})
after(() => app[Symbol.asyncDispose]())

/** The next stream ends without its end. */
async function breakOff() {
  const faults = [{ match: { times: 1 }, fault: { kind: 'end-without-terminal' } }]
  await fetch(`${app.simulator}/_simulator/faults`, { method: 'PUT', body: JSON.stringify(faults) })
}

const tools = {
  get_weather: tool({
    description: 'The weather in a city',
    inputSchema: city,
    execute: ({ city }) => `sunny in ${city}`,
  }),
}

/** What the AI SDK does with every model, by whichever of its providers. */
function answers(provider) {
  for (const id of models) {
    it(`generates and streams text with ${id}, and is told the usage`, async () => {
      const whole = await generateText({ model: provider()(id), prompt: 'Say exactly: hello' })
      assert.deepEqual([whole.text, whole.finishReason, whole.usage.outputTokens], ['hello', 'stop', 1])
      const stream = streamText({ model: provider()(id), prompt: 'Count to 4' })
      assert.equal(await stream.text, '1 2 3 4')
      assert.equal((await stream.usage).outputTokens, 4)
    })

    it(`has tools called by ${id}, whole and streamed`, async () => {
      const request = { model: provider()(id), prompt: 'get_weather for Paris', tools, stopWhen: isStepCount(3) }
      const whole = await generateText(request)
      assert.equal(whole.steps.length, 2)
      assert.match(whole.text, /sunny in Paris/)
      assert.match(await streamText(request).text, /sunny in Paris/)
    })

    it(`is told that a stream of ${id} broke off`, async () => {
      await breakOff()
      const errors = []
      const stream = streamText({
        model: provider()(id),
        prompt: 'Count to 4',
        onError: told => errors.push(told.error),
      })
      await stream.consumeStream()
      assert.match(String(errors[0]?.message ?? errors[0]), /closed the stream before the answer was complete/)
      assert.equal(errors.length, 1)
      assert.equal(await stream.finishReason, 'error')
    })

    it(`gets an answer of ${id} in a form`, async () => {
      const { output } = await generateText({
        model: provider()(id),
        prompt: 'a person',
        output: Output.object({ schema: person }),
      })
      assert.deepEqual(person.parse(output), output)
    })
  }
}

describe("Vercel's AI SDK", () => {
  const provider = () =>
    createOpenAICompatible({
      name: 'modelgate',
      baseURL: `${app.url}/v1`,
      apiKey,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })
  answers(provider)

  it('embeds', async () => {
    const { embeddings: vectors } = await embedMany({
      model: provider().embeddingModel(embeddings),
      values: ['a', 'b'],
    })
    assert.deepEqual(
      vectors.map(({ length }) => length),
      [1024, 1024],
    )
  })

  it('is told what is wrong, and does not try again', async () => {
    const asked = generateText({ model: provider()('nope'), prompt: 'Hello' })
    await assert.rejects(asked, { statusCode: 404, isRetryable: false, message: /'nope' is not known here/ })
  })
})

describe("Vercel's AI SDK by the Responses API", () => {
  const provider = () => createOpenAI({ baseURL: `${app.url}/v1`, apiKey })
  answers(provider)

  // With `store: false` it sends what was thought and said whole; else it names answers that nobody keeps.
  const openai = { store: false, forceReasoning: true, reasoningEffort: 'low' }

  it('sends the thoughts of Claude back as they were signed, whole and streamed', async () => {
    const request = { model: provider()(thinker), prompt: 'get_weather for Paris', tools, stopWhen: isStepCount(3) }
    const whole = await generateText({ ...request, providerOptions: { openai } })
    assert.equal(whole.steps.filter(step => step.reasoningText).length, 2)
    assert.match(whole.text, /sunny in Paris/)
    assert.match(await streamText({ ...request, providerOptions: { openai } }).text, /sunny in Paris/)
  })

  it('goes on with a conversation', async () => {
    const ask = messages => generateText({ model: provider()('fast'), messages, providerOptions: { openai } })
    const messages = [{ role: 'user', content: 'Say exactly: hello' }]
    const first = await ask(messages)
    messages.push(...first.response.messages, { role: 'user', content: 'Say exactly: again' })
    assert.equal((await ask(messages)).text, 'again')
  })

  it('is told what to do where it names an answer that nobody has kept', async () => {
    const messages = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: [{ type: 'text', text: 'Hi', providerOptions: { openai: { itemId: 'msg_1' } } }] },
      { role: 'user', content: 'Hello' },
    ]
    const asked = generateText({ model: provider()('fast'), messages })
    await assert.rejects(asked, { statusCode: 400, isRetryable: false, message: /with `store: false`/ })
  })

  it('is told what is wrong, and does not try again', async () => {
    const asked = generateText({ model: provider()('nope'), prompt: 'Hello' })
    await assert.rejects(asked, { statusCode: 404, isRetryable: false, message: /'nope' is not known here/ })
  })
})

describe("OpenAI's Agents SDK", () => {
  const runner = () => {
    const modelProvider = new OpenAIProvider({ apiKey, baseURL: `${app.url}/v1`, useResponses: true })
    return new Runner({ modelProvider, tracingDisabled: true })
  }
  const weather = agentTool({
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: city,
    execute: ({ city }) => `sunny in ${city}`,
  })
  const agentOf = (model, more) => new Agent({ name: 'clerk', instructions: 'Be brief.', model, ...more })

  for (const model of [...models, thinker]) {
    it(`runs an agent with tools on ${model}, whole and streamed`, async () => {
      const modelSettings = model === thinker ? { reasoning: { effort: 'low' } } : {}
      const agent = agentOf(model, { tools: [weather], modelSettings })
      const whole = await runner().run(agent, 'get_weather for Paris')
      assert.match(whole.finalOutput, /sunny in Paris/)
      const thoughts = whole.newItems.filter(({ type }) => type === 'reasoning_item')
      assert.equal(thoughts.length, model === thinker ? 2 : 0)
      const stream = await runner().run(agent, 'get_weather for Paris', { stream: true })
      let text = ''
      for await (const piece of stream.toTextStream()) text += piece
      await stream.completed
      assert.match(text, /sunny in Paris/)
    })
  }

  for (const model of models) {
    it(`gets an answer of ${model} in a form`, async () => {
      const { finalOutput } = await runner().run(agentOf(model, { outputType: person }), 'a person')
      assert.deepEqual(person.parse(finalOutput), finalOutput)
    })

    it(`throws where a stream of ${model} broke off`, async () => {
      await breakOff()
      const read = async () => {
        const stream = await runner().run(agentOf(model), 'Count to 4', { stream: true })
        for await (const _piece of stream.toTextStream());
        await stream.completed
      }
      await assert.rejects(read(), /closed the stream before the answer was complete/)
    })
  }
})

describe('LangChain', () => {
  const configuration = () => ({ baseURL: `${app.url}/v1` })

  const cases = models.flatMap(model => [false, true].map(useResponsesApi => ({ model, useResponsesApi })))
  for (const { model: name, useResponsesApi } of cases) {
    const chat = () =>
      new ChatOpenAI({ model: name, apiKey, configuration: configuration(), maxRetries: 0, useResponsesApi })
    const model = useResponsesApi ? `${name} by the Responses API` : name

    it(`invokes and streams ${model}, and is told the usage`, async () => {
      const answer = await chat().invoke('Say exactly: hello')
      assert.deepEqual([answer.text, answer.usage_metadata.output_tokens], ['hello', 1])
      let text = ''
      let tokens
      for await (const chunk of await chat().stream('Count to 4')) {
        text += chunk.text
        tokens = chunk.usage_metadata?.output_tokens ?? tokens
      }
      assert.deepEqual([text, tokens], ['1 2 3 4', 4])
    })

    it(`throws where a stream of ${model} broke off`, async () => {
      await breakOff()
      const read = async () => {
        for await (const _chunk of await chat().stream('Count to 4'));
      }
      await assert.rejects(read(), /closed the stream before the answer was complete/)
    })

    it(`binds tools to ${model}, and gets answers in a form`, async () => {
      const weather = chainTool(() => '', { name: 'get_weather', description: 'The weather in a city', schema: city })
      const asked = await chat().bindTools([weather]).invoke('get_weather for Paris')
      const { tool_calls } = asked
      assert.deepEqual(
        tool_calls.map(({ name, args }) => ({ name, args })),
        [{ name: 'get_weather', args: { city: 'Paris' } }],
      )
      const call = tool_calls[0]
      const result = new ToolMessage({ content: 'sunny in Paris', tool_call_id: call.id })
      const answered = await chat()
        .bindTools([weather])
        .invoke([['user', 'get_weather for Paris'], asked, result])
      assert.match(answered.text, /sunny in Paris/)
      for (const method of ['jsonSchema', 'functionCalling']) {
        const made = await chat().withStructuredOutput(person, { method }).invoke('a person')
        assert.deepEqual(person.parse(made), made)
      }
    })
  }

  it('embeds', async () => {
    const embedder = new OpenAIEmbeddings({ model: embeddings, apiKey, configuration: configuration() })
    const vectors = await embedder.embedDocuments(['a', 'b'])
    assert.deepEqual(
      vectors.map(({ length }) => length),
      [1024, 1024],
    )
  })
})

import type { Folder } from './story.ts'

const messages = [{ role: 'user', content: 'Say exactly: hello' }]
const chat = { operationId: 'createChatCompletion' } as const
const says = (text: string): readonly [string, string] => [
  'says what was asked for',
  `pm.expect(body.choices[0].message.content).to.include('${text}')`,
]

/** Chats that are answered whole. */
export const completionFolder: Folder = {
  name: 'Completions',
  description: 'Whole answers. The simulator answers `Say exactly: X` with X; a model may say more.',
  stories: [
    {
      ...chat,
      name: 'Hello',
      body: { model: '{{chatModel}}', messages },
      tests: [
        says('hello'),
        ['counts tokens', 'pm.expect(body.usage.total_tokens).to.be.above(0)'],
        ['names what answered', "pm.expect(pm.response.headers.get('x-modelgate-provider')).to.be.a('string')"],
      ],
    },
    {
      name: 'A first request',
      operationId: 'createCompletion',
      body: { model: 'gpt-4', messages: [{ role: 'user', content: 'Hello' }] },
      tests: [['is a completion', "pm.expect(body.object).to.eql('chat.completion')"]],
    },
    {
      name: 'Behind the stage, from Bedrock',
      operationId: 'createCompletion',
      stage: '/v1',
      headers: { 'x-provider': 'bedrock' },
      body: { model: 'anthropic.claude-3-sonnet-20240229-v1:0', messages },
      tests: [
        ['was answered by Bedrock', "pm.expect(pm.response.headers.get('x-modelgate-provider')).to.eql('bedrock')"],
      ],
    },
    {
      ...chat,
      name: 'With an id of the caller’s own',
      headers: { 'x-request-id': 'postman-{{$randomInt}}' },
      body: { model: '{{chatModel}}', messages },
      tests: [['gives it back', "pm.expect(pm.response.headers.get('x-request-id')).to.match(/^postman-\\d+$/)"]],
    },
    {
      ...chat,
      name: 'Two answers',
      body: { model: '{{chatModel}}', n: 2, messages },
      tests: [['gives two', 'pm.expect(body.choices).to.have.lengthOf(2)']],
    },
    {
      ...chat,
      name: 'A tool to call',
      example: 'tools',
      tests: [
        ['calls it', "pm.expect(body.choices[0].finish_reason).to.eql('tool_calls')"],
        ['calls it rightly', "pm.expect(body.choices[0].message.tool_calls[0].function.name).to.eql('get_weather')"],
        ['is kept', "pm.collectionVariables.set('toolCallId', body.choices[0].message.tool_calls[0].id)"],
      ],
    },
    {
      ...chat,
      name: 'What the tool said',
      body: {
        model: '{{chatModel}}',
        messages: [
          { role: 'user', content: 'What is the weather in Paris?' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: '{{toolCallId}}',
                type: 'function',
                function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
              },
            ],
          },
          { role: 'tool', tool_call_id: '{{toolCallId}}', content: 'Sunny, 21 degrees' },
        ],
      },
      tests: [['ends', "pm.expect(body.choices[0].finish_reason).to.eql('stop')"]],
    },
    {
      ...chat,
      name: 'An answer that follows a schema',
      example: 'json',
      tests: [['is such JSON', "pm.expect(JSON.parse(body.choices[0].message.content)).to.have.property('city')"]],
    },
  ],
}

/** Chats that are streamed. */
export const streamFolder: Folder = {
  name: 'Streaming',
  description: 'Server-sent events. Postman shows them as they come; newman reads them to their end.',
  stories: [
    {
      ...chat,
      name: 'A stream',
      body: { model: '{{chatModel}}', stream: true, messages },
      tests: [
        ['is one', "pm.expect(pm.response.headers.get('content-type')).to.include('text/event-stream')"],
        ['ends well', 'pm.expect(pm.response.text()).to.match(/data: \\[DONE\\]\\s*$/)'],
        ['says why it ended', 'pm.expect(pm.response.text()).to.include(\'"finish_reason":"stop"\')'],
      ],
    },
    {
      ...chat,
      name: 'With usage at its end',
      example: 'streamed',
      tests: [['counts tokens', 'pm.expect(pm.response.text()).to.match(/"usage":\\{[^}]*"total_tokens":\\d+/)']],
    },
    {
      ...chat,
      name: 'With a report',
      headers: { 'x-modelgate-report': 'comment' },
      body: { model: '{{chatModel}}', stream: true, messages },
      tests: [['tells who answered', "pm.expect(pm.response.text()).to.include(': modelgate {')"]],
    },
    {
      name: 'From Bedrock',
      operationId: 'createCompletion',
      headers: { 'x-provider': 'bedrock' },
      body: { model: 'anthropic.claude-3-sonnet-20240229-v1:0', stream: true, messages },
      tests: [['ends well', 'pm.expect(pm.response.text()).to.match(/data: \\[DONE\\]\\s*$/)']],
    },
  ],
}

/** What takes how long. */
export const performanceFolder: Folder = {
  name: 'Performance',
  description: 'Answers within `maxResponseMs`. Of a live model it says more of the model than of the gateway.',
  stories: [
    {
      ...chat,
      name: 'A short answer comes in time',
      body: { model: '{{chatModel}}', messages },
      tests: [
        ['is in time', "pm.expect(pm.response.responseTime).to.be.below(Number(pm.environment.get('maxResponseMs')))"],
      ],
    },
    {
      name: 'Health comes in time',
      operationId: 'getLiveness',
      key: 'none',
      tests: [
        ['is in time', "pm.expect(pm.response.responseTime).to.be.below(Number(pm.environment.get('maxResponseMs')))"],
      ],
    },
  ],
}

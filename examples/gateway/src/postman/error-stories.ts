import type { Folder, Story } from './story.ts'

const messages = [{ role: 'user', content: 'Say exactly: hello' }]

/** @param param the member that is to blame */
function errorOf(code: string, param?: string): NonNullable<Story['tests']> {
  return [
    ['says why', `pm.expect(body.error.code).to.eql('${code}')`],
    ['says how to mend it', 'pm.expect(body.error.message.length).to.be.above(20)'],
    [
      'says whether to try again',
      "pm.expect(pm.response.headers.get('x-should-retry')).to.be.oneOf(['true', 'false'])",
    ],
    ...(param === undefined ? [] : ([['names the member', `pm.expect(body.error.param).to.eql('${param}')`]] as const)),
  ]
}

const chat = { operationId: 'createChatCompletion' } as const

/** What goes wrong before anybody else is asked. */
export const errorFolder: Folder = {
  name: 'Errors',
  description: "Every error is OpenAI's envelope: what was wrong, where, and the remedy.",
  stories: [
    { ...chat, name: 'A body that is no JSON', body: '{"model": ', status: 400, tests: errorOf('invalid_request') },
    {
      ...chat,
      name: 'No messages',
      body: { model: '{{chatModel}}' },
      status: 400,
      tests: errorOf('invalid_request', 'messages'),
    },
    {
      ...chat,
      name: 'A model that nobody has',
      body: { model: 'no-such-model', messages },
      status: 404,
      tests: errorOf('model_not_found', 'model'),
    },
    {
      ...chat,
      name: 'A time that is none',
      headers: { 'x-request-timeout-ms': 'soon' },
      body: { model: '{{chatModel}}', messages },
      status: 400,
      tests: errorOf('invalid_request'),
    },
    {
      name: 'Another method',
      request: { method: 'GET', path: '/api/v1/completions' },
      status: 405,
      tests: [
        ...errorOf('method_not_allowed'),
        ['names the method there is', "pm.expect(pm.response.headers.get('allow')).to.include('POST')"],
      ],
    },
    {
      name: 'A path that is not there',
      request: { method: 'GET', path: '/nothing' },
      status: 404,
      tests: errorOf('not_found'),
    },
    {
      ...chat,
      name: 'Within the limit of one request a minute',
      key: 'oncePerMinuteKey',
      body: { model: '{{chatModel}}', messages },
      tests: [
        [
          'tells how the limit stands',
          "pm.expect(pm.response.headers.get('x-ratelimit-remaining-requests')).to.eql('0')",
        ],
      ],
    },
    {
      ...chat,
      name: 'Beyond it',
      key: 'oncePerMinuteKey',
      body: { model: '{{chatModel}}', messages },
      status: 429,
      tests: [
        ...errorOf('rate_limited'),
        ['says when to come again', "pm.expect(Number(pm.response.headers.get('retry-after'))).to.be.above(0)"],
      ],
    },
  ],
}

/** What goes wrong upstream: only with the simulator, which is told to fail. Each asks another model: some are left alone after. */
export const upstreamFolder: Folder = {
  name: 'Failures upstream (simulator only)',
  description:
    'The simulator is told to fail by `PUT {{simulatorUrl}}/_simulator/faults`. They need `simulatorUrl`, which a live gateway has not.',
  stories: [
    {
      ...chat,
      name: 'It fails',
      fault: { match: { model: 'gpt-4.1' }, fault: { kind: 'status', status: 500 } },
      body: { model: 'openai/gpt-4.1', messages },
      status: 502,
      tests: errorOf('upstream_unavailable'),
    },
    {
      ...chat,
      name: 'It has had too much',
      fault: {
        match: { model: 'gpt-4.1-mini' },
        fault: { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
      },
      body: { model: 'openai/gpt-4.1-mini', messages },
      status: 429,
      tests: errorOf('upstream_rate_limited'),
    },
    {
      ...chat,
      name: 'It breaks off within a stream',
      fault: { match: { model: 'gpt-4.1-nano' }, fault: { kind: 'reset', afterFrames: 2 } },
      body: { model: 'openai/gpt-4.1-nano', stream: true, messages: [{ role: 'user', content: 'Count to 20' }] },
      tests: [
        [
          'ends with an error in the stream',
          'pm.expect(pm.response.text()).to.include(\'"code":"stream_interrupted"\')',
        ],
        ['never looks whole', "pm.expect(pm.response.text()).to.not.include('[DONE]')"],
      ],
    },
  ],
}

import type { Folder } from './story.ts'

const respond = { operationId: 'createResponse' } as const
const input = 'Say exactly: hello'

/** The same models by OpenAI's other API. */
export const responseFolder: Folder = {
  name: 'Responses',
  description:
    "OpenAI's Responses API, whole and streamed. Nothing is kept: each request holds the whole conversation.",
  stories: [
    {
      ...respond,
      name: 'A response',
      example: 'whole',
      tests: [
        ['says what was asked for', "pm.expect(body.output[0].content[0].text).to.include('hello')"],
        ['is whole', "pm.expect(body.status).to.eql('completed')"],
        ['counts tokens', 'pm.expect(body.usage.total_tokens).to.be.above(0)'],
        ['is not kept', 'pm.expect(body.store).to.eql(false)'],
      ],
    },
    {
      ...respond,
      name: 'A response, streamed',
      example: 'streamed',
      tests: [
        ['is a stream', "pm.expect(pm.response.headers.get('content-type')).to.include('text/event-stream')"],
        ['ends well', 'pm.expect(pm.response.text()).to.match(/event: response\\.completed\\ndata: .*\\s*$/)'],
      ],
    },
    {
      ...respond,
      name: 'A response, from Bedrock behind the stage',
      stage: '/v1',
      headers: { 'x-provider': 'bedrock' },
      body: { model: 'anthropic.claude-3-sonnet-20240229-v1:0', input },
      tests: [
        ['was answered by Bedrock', "pm.expect(pm.response.headers.get('x-modelgate-provider')).to.eql('bedrock')"],
      ],
    },
    {
      ...respond,
      name: 'A tool to call',
      example: 'tools',
      tests: [
        ['calls it', "pm.expect(body.output[0].type).to.eql('function_call')"],
        ['calls it rightly', "pm.expect(body.output[0].name).to.eql('get_weather')"],
      ],
    },
    {
      ...respond,
      name: 'What the tool said',
      example: 'result',
      tests: [['ends', "pm.expect(body.output[0].type).to.eql('message')"]],
    },
    {
      ...respond,
      name: 'A response that follows a schema',
      example: 'json',
      tests: [['is such JSON', "pm.expect(JSON.parse(body.output[0].content[0].text)).to.have.property('city')"]],
    },
    {
      ...respond,
      name: 'After an earlier response',
      body: { model: '{{chatModel}}', input, previous_response_id: 'resp_1' },
      status: 400,
      tests: [
        ['is refused by name', "pm.expect(body.error.param).to.eql('previous_response_id')"],
        ['says what to send', "pm.expect(body.error.message).to.include('the whole conversation')"],
      ],
    },
  ],
}

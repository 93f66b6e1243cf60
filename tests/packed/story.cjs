// One story for every way of loading: an answer by each provider through one gateway, and errors of one brand.
const assert = require('node:assert/strict')

module.exports = async function story({ core, node, openai, bedrock, lambda, mcpContext, simulator }) {
  const upstream = await simulator.startSimulator()
  const gateway = core.createGateway({
    providers: [
      openai.openai({ apiKey: upstream.openaiKey, baseURL: upstream.openaiBaseUrl }),
      bedrock.bedrock({ region: 'us-east-1', endpoint: upstream.url, credentials: upstream.credential }),
    ],
    auth: 'none',
    context: mcpContext.mcpContext({
      source: () => ({ items: [{ productId: 'p-1', name: 'Kettle' }] }),
      secret: 'a secret of the packed story',
      when: query => query.includes('packed'),
    }),
    onError: () => {},
  })
  let added
  const onReport = report => {
    added = report.context?.items
  }
  const ask = model =>
    gateway.chat({ model, messages: [{ role: 'user', content: 'Say exactly: packed' }] }, { onReport })
  for (const model of ['gpt-4o-mini', 'anthropic.claude-3-haiku-20240307-v1:0']) {
    assert.match((await ask(model)).choices[0].message.content, /packed/)
    assert.deepEqual(added, ['p-1'])
  }
  await assert.rejects(
    ask('openai/no-such-model'),
    error => core.isGatewayError(error) && error.code === 'model_not_found',
  )
  const answer = await gateway.fetch('http://gateway/v1/models')
  assert.equal(answer.status, 200)
  assert.equal(typeof node.toNodeHandler(gateway), 'function')
  assert.equal(typeof lambda.toLambdaStreamHandler, 'function')
  await gateway.close()
  await upstream.close()
  console.log(`${process.version} ok`)
}

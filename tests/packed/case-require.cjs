const story = require('./story.cjs')

void story({
  core: require('@modelgate/core'),
  node: require('@modelgate/core/node'),
  mcpContext: require('@modelgate/mcp-context'),
  openai: require('@modelgate/openai'),
  bedrock: require('@modelgate/bedrock'),
  lambda: require('@modelgate/aws/lambda'),
  simulator: require('@modelgate/simulator'),
})

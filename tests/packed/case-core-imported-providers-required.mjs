import { createRequire } from 'node:module'
import * as core from '@modelgate/core'
import * as node from '@modelgate/core/node'
import story from './story.cjs'

const require = createRequire(import.meta.url)
await story({
  core,
  node,
  mcpContext: require('@modelgate/mcp-context'),
  openai: require('@modelgate/openai'),
  bedrock: require('@modelgate/bedrock'),
  lambda: require('@modelgate/aws/lambda'),
  simulator: require('@modelgate/simulator'),
})

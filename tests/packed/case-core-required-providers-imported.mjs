import { createRequire } from 'node:module'
import * as lambda from '@modelgate/aws/lambda'
import * as bedrock from '@modelgate/bedrock'
import * as mcpContext from '@modelgate/mcp-context'
import * as openai from '@modelgate/openai'
import * as simulator from '@modelgate/simulator'
import story from './story.cjs'

const require = createRequire(import.meta.url)
await story({
  core: require('@modelgate/core'),
  node: require('@modelgate/core/node'),
  mcpContext,
  openai,
  bedrock,
  lambda,
  simulator,
})

import * as lambda from '@modelgate/aws/lambda'
import * as bedrock from '@modelgate/bedrock'
import * as core from '@modelgate/core'
import * as node from '@modelgate/core/node'
import * as mcpContext from '@modelgate/mcp-context'
import * as openai from '@modelgate/openai'
import * as simulator from '@modelgate/simulator'
import story from './story.cjs'

await story({ core, node, openai, bedrock, lambda, mcpContext, simulator })

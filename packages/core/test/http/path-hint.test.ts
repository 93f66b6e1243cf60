import { describe, expect, it } from 'vitest'
import { pathHint } from '../../src/http/path-hint.ts'

const paths = ['/v1/chat/completions', '/v1/models']

describe('pathHint', () => {
  it.each([
    [
      '/chat/completions',
      " /v1/chat/completions is there: the base URL of an OpenAI client ends in one /v1, and a base path of the gateway's before it.",
    ],
    [
      '/v1/v1/models',
      " /v1/models is there: the base URL of an OpenAI client ends in one /v1, and a base path of the gateway's before it.",
    ],
    ['/v1/responses/resp_1', ' Responses are not kept: nothing can be asked of one later.'],
    ['/v1/completions', ' Completions without messages are not served; call /v1/chat/completions.'],
    ['/v1/messages', ' The Messages API of Anthropic is not served; clients call chat completions.'],
    ['/v1/models/', ' /v1/models is there: paths are taken as they are written, slashes and case included.'],
    ['/V1//Models', ' /v1/models is there: paths are taken as they are written, slashes and case included.'],
    ['/v1/files', ' Files and batches are served where the option `batches` is set.'],
    ['/v1/batches/batch_1/cancel', ' Files and batches are served where the option `batches` is set.'],
    ['v1/models', ' The gateway is mounted under a base path: addresses begin with it.'],
    [
      '/llm/v1/models',
      ' /v1/models is there: where /llm stands before it, the gateway is mounted with the option basePath.',
    ],
    ['/v1/images/generations', ''],
    ['/', ''],
  ])('of %s says %j', (path, hint) => {
    expect(pathHint(path, paths)).toBe(hint)
  })
})

import { bedrock } from '@modelgate/bedrock'
import { createGateway } from '@modelgate/core'
import { openai, openaiCompatible } from '@modelgate/openai'
import { describe, expect, expectTypeOf, it } from 'vitest'

/** As the README writes it: providers made where they are given, none of them in a variable of its own type first. */
describe('the names that a gateway completes and checks', () => {
  it('are those of providers made in place', () => {
    const gateway = createGateway({
      providers: [
        bedrock({ region: process.env.AWS_REGION }),
        bedrock({ id: 'eu', region: 'eu-west-1' }),
        openai({ apiKey: process.env.OPENAI_API_KEY }),
        openaiCompatible({ id: 'local', baseURL: 'http://127.0.0.1:8000/v1' }),
      ],
      routes: { fast: ['bedrock/a', 'eu/b', 'openai/c', 'local/d'] },
    })
    type Named = Parameters<typeof gateway.chat>[0]['model']
    expectTypeOf<'fast'>().toExtend<Named>()
    const routes = createGateway({ providers: [bedrock(), openai()], routes: { a: ['bedrock/x', 'openai/y'] } })
    expectTypeOf<(typeof routes)['chat']>().parameter(0).toHaveProperty('model')
  })

  it('refuse a provider that is not there, before the program runs and when it does', () => {
    // @ts-expect-error opneai is no provider here
    expect(() => createGateway({ providers: [bedrock(), openai()], routes: { fast: ['opneai/gpt-4o'] } })).toThrow(
      "routes.fast[0]: 'opneai/gpt-4o' is not '<provider id>/<model id>' of a provider here (bedrock, openai).",
    )
    // @ts-expect-error eu is the id, not bedrock
    expect(() => createGateway({ providers: [bedrock({ id: 'eu' })], routes: { fast: ['bedrock/x'] } })).toThrow(
      "routes.fast[0]: 'bedrock/x'",
    )
  })
})

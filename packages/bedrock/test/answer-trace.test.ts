import { describe, expect, it } from 'vitest'
import { routedModelOf, toTrace } from '../src/answer/answer-trace.ts'
import { aChat, chunksOf } from './a-call.ts'
import { scriptedUpstream } from './exact/scripted-upstream.ts'
import { eventFrame, joined } from './frames.ts'

const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0'

describe('the model that a prompt router chose', () => {
  it.each<[unknown, string | undefined]>([
    [{ promptRouter: { invokedModelId: arn } }, 'us.amazon.nova-lite-v1:0'],
    [{ promptRouter: { invokedModelId: 'amazon.nova-lite-v1:0' } }, 'amazon.nova-lite-v1:0'],
    [{ promptRouter: { invokedModelId: '' } }, undefined],
    [{ promptRouter: null }, undefined],
    [{ guardrail: {} }, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('in %j is %s', (trace, model) => {
    expect(routedModelOf(trace)).toBe(model)
  })

  it('is the response model of the call’s outcome, streamed or not', async () => {
    await using upstream = await scriptedUpstream()
    const trace = { promptRouter: { invokedModelId: arn } }
    const whole = { output: { message: { content: [{ text: 'a' }] } }, stopReason: 'end_turn', trace }
    const answered = await upstream.chat(aChat({}), { body: JSON.stringify(whole) })
    expect((await answered.settled).responseModel).toBe('us.amazon.nova-lite-v1:0')
    const frames = [eventFrame('messageStop', { stopReason: 'end_turn' }), eventFrame('metadata', { trace })]
    const streamed = await upstream.chat(aChat({ stream: true }), { body: joined(frames) })
    await chunksOf(streamed)
    expect((await streamed.settled).responseModel).toBe('us.amazon.nova-lite-v1:0')
  })
})

describe('a trace', () => {
  it.each([[undefined], [null], [{}], ['text'], [[1]]])('%j is none', trace => {
    expect(toTrace(trace)).toBeUndefined()
  })

  it('keeps text that speaks of accounts: it is the caller’s or the model’s', () => {
    const trace = { guardrail: { modelOutput: [`My account is 123456789012, or ${arn}`, 5, null] } }
    expect(toTrace(trace)).toEqual(trace)
  })

  it('nested beyond what JSON.stringify bears is left out', () => {
    let deep: object = {}
    for (let level = 0; level < 5_000; level += 1) deep = { deep }
    expect(toTrace(deep)).toBeUndefined()
  })
})

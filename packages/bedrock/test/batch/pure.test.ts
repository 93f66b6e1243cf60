import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IndexLines, ordinalOf, readIndex, recordId } from '../../src/batch/file-index.ts'
import { endOfJob, progressOf } from '../../src/batch/job-status.ts'
import { idFor, isIdOf, newId, tenantKey } from '../../src/batch/places.ts'
import { recordTranslator } from '../../src/batch/record-translator.ts'
import { answeredLine, resultOfRecord, unansweredLine } from '../../src/batch/result-lines.ts'
import { runState } from '../../src/batch/run-progress.ts'
import { restoreRules, saveRules } from '../../src/batch/saved-rules.ts'
import { toBatchObject } from '../../src/batch/stored.ts'

const model = 'us.amazon.nova-lite-v1:0'
const translator = recordTranslator({ model, baseModel: model, unsupportedParams: undefined })

describe('ids', () => {
  it('are ordered by time, the newest first, and say whose they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e12 }), fc.integer({ min: 1, max: 4e12 }), (one, other) => {
        const [a, b] = [newId('file', 'eu.west-1', one), newId('file', 'eu.west-1', other)]
        if (one !== other) expect(a < b).toBe(one > other)
        expect(isIdOf('eu.west-1', a)).toBe(true)
        expect(isIdOf('eu', a)).toBe(false)
      }),
    )
    expect(idFor('batch', 'b', { key: 'k', now: 5 })).toBe(idFor('batch', 'b', { key: 'k', now: 5 }))
  })

  it.each(['', 'file-b-', '../../file-b-000000000000000000000000', 'file-b-00000000000000000000000/'])(
    'are not %j',
    id => {
      expect(isIdOf('b', id)).toBe(false)
    },
  )

  it('of tenants stand in no key, and one without a key has a place of its own', () => {
    const keyOf = (tenant: string) => tenantKey({ principal: { tenant } })
    expect(keyOf('../x')).toMatch(/^[0-9a-f]{32}$/)
    expect(
      new Set([keyOf('a'), keyOf('__proto__'), keyOf(''), keyOf('open'), tenantKey({ principal: undefined })]).size,
    ).toBe(5)
  })
})

describe('an index', () => {
  it('gives each request back with its rules, which stand in it once', async () => {
    const rules = [undefined, { oneToolCall: true }, { names: [['a_b', 'a/b']] }, { stripFences: true }] as const
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.nat({ max: 3 }))), async given => {
        const lines = new IndexLines()
        const text = given.map(([customId, rule]) => lines.add(customId, rules[rule])).join('')
        const read = await readIndex(
          (async function* () {
            yield Buffer.from(text)
          })(),
        )
        expect(read).toEqual(given.map(([customId, rule]) => ({ customId, rules: rules[rule] })))
      }),
    )
    const lines = new IndexLines()
    const sizes = Array.from(
      { length: 50 },
      (_, index) => lines.add(`c${index}`, { names: [['x'.repeat(60), 'y']] }).length,
    )
    expect(sizes[0]).toBeGreaterThan(60)
    expect(Math.max(...sizes.slice(1))).toBeLessThan(30)
  })

  it('numbers records by ids of eleven letters and digits', () => {
    expect(recordId(7)).toBe('r0000000007')
    expect(ordinalOf(recordId(49_999))).toBe(49_999)
    for (const other of ['r7', 'x0000000007', 7, undefined, null, {}]) expect(ordinalOf(other)).toBeUndefined()
  })
})

describe('rules of an answer', () => {
  it('survive being kept', () => {
    const request = {
      model,
      messages: [{ role: 'user' as const, content: 'Hi' }],
      tools: [
        { type: 'function' as const, function: { name: 'files/read', parameters: { type: 'object' } } },
        { type: 'custom' as const, custom: { name: 'note.add' } },
      ],
    }
    const { rules } = translator.toRecord(request, new Set())
    const saved = saveRules(rules, request)
    const restored = restoreRules(JSON.parse(JSON.stringify(saved)))
    for (const name of ['files/read', 'note.add']) {
      const wire = rules.toolNames.toWire(name)
      expect(restored.toolNames.fromWire(wire)).toBe(name)
      expect(restored.toolKinds?.get(wire)).toBe(rules.toolKinds?.get(wire))
    }
    expect(restored.toolNames.fromWire('other')).toBe('other')
  })

  it('hold the tools whose input is wrapped', () => {
    const claude = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
    const parameters = { type: 'object', properties: { 'filter[id]': {} } }
    const request = {
      model: claude,
      messages: [{ role: 'user' as const, content: 'Hi' }],
      tools: [{ type: 'function' as const, function: { name: 'list', parameters } }],
    }
    const { rules } = recordTranslator({ model: claude, baseModel: claude, unsupportedParams: undefined }).toRecord(
      request,
      new Set(),
    )
    const saved: unknown = JSON.parse(JSON.stringify(saveRules(rules, request)))
    expect(restoreRules(saved as ReturnType<typeof saveRules>).wrappedTools).toEqual(new Set(['list']))
  })

  it('say that there is to be one call, and what is to be taken off an answer', () => {
    const request = { model, messages: [{ role: 'user' as const, content: 'Hi' }] }
    const said = { oneToolCall: true, wrappedRoot: true, stripFences: true } as const
    const saved = saveRules({ ...translator.toRecord(request, new Set()).rules, ...said }, request)
    expect(restoreRules(JSON.parse(JSON.stringify(saved)))).toMatchObject(said)
  })

  it('are none for a plain request', () => {
    const request = { model, messages: [{ role: 'user' as const, content: 'Hi' }] }
    expect(saveRules(translator.toRecord(request, new Set()).rules, request)).toBeUndefined()
  })
})

describe('the states of a job', () => {
  it.each([
    ['Submitted', 'validating', undefined],
    ['Validating', 'validating', undefined],
    ['Scheduled', 'in_progress', undefined],
    ['InProgress', 'in_progress', undefined],
    ['SomethingNew', 'in_progress', undefined],
    ['__proto__', 'in_progress', undefined],
    ['Stopping', 'cancelling', undefined],
    ['Stopped', undefined, 'cancelled'],
    ['Completed', undefined, 'completed'],
    ['PartiallyCompleted', undefined, 'completed'],
    ['Failed', undefined, 'failed'],
    ['Expired', undefined, 'expired'],
  ])('%s is %s, or ends as %s', (status, progress, end) => {
    expect(endOfJob({ status })).toBe(end)
    if (progress)
      expect(progressOf({ status }, 5)).toMatchObject({
        status: progress,
        counts: { total: 5, completed: 0, failed: 0 },
      })
  })

  it('are told as OpenAI tells them', () => {
    const batch = {
      id: 'batch_b_1',
      inputFileId: 'file-b-1',
      endpoint: '/v1/chat/completions',
      metadata: null,
      createdAt: 100,
      principal: null,
      model: 'fast',
      target: { provider: 'b', model },
      total: 3,
      runsHere: false,
      invocationType: 'Converse' as const,
      change: '1',
    }
    expect(toBatchObject(batch, { status: 'validating' })).toMatchObject({
      expires_at: 86_500,
      completion_window: '24h',
    })
    const end = {
      status: 'expired' as const,
      at: 90_000,
      counts: { total: 3, completed: 1, failed: 2 },
      costUsd: 0,
      errorFileId: 'e',
    }
    expect(toBatchObject({ ...batch, end }, { status: 'finalizing' })).toMatchObject({
      status: 'expired',
      expired_at: 90_000,
      error_file_id: 'e',
      request_counts: { total: 3, completed: 1, failed: 2 },
    })
  })
})

describe('a line of results', () => {
  const of = { batchId: `batch_b_${'0'.repeat(24)}`, ordinal: 3, request: { customId: 'mine', rules: undefined } }
  const reading = { translator, model, created: 7 }
  const output = { message: { role: 'assistant', content: [{ text: 'Hello' }] } }

  it('holds the answer as a call would have it', () => {
    const usage = { inputTokens: 2, outputTokens: 1, totalTokens: 3 }
    const record = { modelOutput: { output, stopReason: 'end_turn', usage } }
    const { kind, line, usage: told } = resultOfRecord(record, of, reading)
    expect({ kind, told }).toMatchObject({ kind: 'output', told: { prompt_tokens: 2, completion_tokens: 1 } })
    expect(line).toMatchObject({
      custom_id: 'mine',
      response: {
        status_code: 200,
        body: { created: 7, choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] },
      },
    })
  })

  it.each([
    [{ error: { errorCode: 400, errorMessage: 'Too long.' } }, 400, 'invalid_request', /^Bedrock: Too long\./],
    [{ error: { errorCode: '429', errorMessage: 'Slow.' } }, 429, 'upstream_rate_limited', /Slow/],
    [{ error: { errorCode: 'InternalError' } }, 503, 'upstream_unavailable', /InternalError/],
    [{ error: 'odd' }, 503, 'upstream_unavailable', /failed/],
    [{}, 502, 'upstream_bad_response', /neither/],
    [{ modelOutput: 'text' }, 502, 'upstream_bad_response', /neither/],
    [{ modelOutput: { stopReason: 'end_turn' } }, 502, 'upstream_bad_response', /without a message/],
  ])('of %j is an error of status %i', (record, status, code, words) => {
    const { kind, line } = resultOfRecord(record, of, reading)
    expect(kind).toBe('error')
    expect(line).toMatchObject({
      custom_id: 'mine',
      response: { status_code: status, body: { error: { code, message: expect.stringMatching(words) } } },
    })
  })

  it('says of what was never answered why not', () => {
    const { line } = unansweredLine(of, 'batch_expired')
    expect(line).toMatchObject({ response: null, error: { code: 'batch_expired' } })
    const completion = { id: 'c', object: 'chat.completion' as const, created: 1, model, choices: [] }
    expect(answeredLine(of, completion).line.id).toBe(line.id)
  })
})

describe('a run', () => {
  it('has each request once: open, cut or ended', () => {
    const keys = (ordinals: readonly number[]) => ordinals.map(each => `t/runs/b/x/${each}.json`)
    const some = fc.uniqueArray(fc.nat({ max: 19 }))
    fc.assert(
      fc.property(some, some, (claims, results) => {
        const { open, cut, ended } = runState(20, keys(claims), keys(results))
        expect(open.length + cut.length + ended).toBe(20)
        for (const ordinal of open) expect(claims.includes(ordinal) || results.includes(ordinal)).toBe(false)
        for (const ordinal of cut) expect(claims.includes(ordinal) && !results.includes(ordinal)).toBe(true)
      }),
    )
  })
})

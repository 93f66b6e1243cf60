// What every runtime is held to, over HTTP: the gateway stands at `base`, its upstream is `simulator`.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

const models = [
  'openai/gpt-4o-mini',
  'bedrock/anthropic.claude-3-haiku-20240307-v1:0',
  'bearer/us.amazon.nova-lite-v1:0',
]

function callsTo(base) {
  return async (path, body, { key = 'key', headers = {}, ...init } = {}) =>
    fetch(base + path, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...init,
    })
}

const saying = (model, text, more = {}) => ({ model, messages: [{ role: 'user', content: text }], ...more })

async function json(answer, status = 200) {
  const text = await answer.text()
  assert.equal(answer.status, status, text.slice(0, 300))
  return JSON.parse(text)
}

const textOf = stream =>
  [...stream.matchAll(/^data: (\{.*\})$/gm)]
    .map(([, data]) => JSON.parse(data).choices?.[0]?.delta?.content ?? '')
    .join('')

/** Asks until it is so: another process tells of it, a moment later. */
async function until(look, what) {
  for (let tries = 0; tries < 60; tries += 1) {
    const found = await look()
    if (found) return found
    await sleep(50)
  }
  throw new Error(`never: ${what}`)
}

export const checks = {
  async 'whole chats'({ call }) {
    for (const model of models) {
      const { choices } = await json(await call('/v1/chat/completions', saying(model, 'Say exactly: grüß dich')))
      assert.equal(choices[0].message.content, 'grüß dich', model)
    }
  },
  async 'streamed chats'({ call }) {
    for (const model of models) {
      const answer = await call('/v1/chat/completions', saying(model, 'Count to 200', { stream: true }))
      const stream = await answer.text()
      assert.match(stream, /data: \[DONE\]\n\n$/, model)
      assert.match(textOf(stream), /^1\b.*\b200\b/s, model)
    }
  },
  async 'responses, embeddings and models'({ call }) {
    const response = await json(await call('/v1/responses', { model: models[1], input: 'Say exactly: replied' }))
    assert.match(JSON.stringify(response.output), /replied/)
    const streamed = await (
      await call('/v1/responses', { model: models[0], input: 'Say exactly: replied', stream: true })
    ).text()
    assert.match(streamed, /event: response\.completed/)
    for (const model of ['openai/text-embedding-3-small', 'bedrock/amazon.titan-embed-text-v2:0']) {
      const { data } = await json(await call('/v1/embeddings', { model, input: 'words' }))
      assert.equal(typeof data[0].embedding[0], 'number', model)
    }
    const { data } = await json(await call('/v1/models'))
    for (const id of models)
      assert.ok(
        data.some(entry => id.endsWith(entry.id)),
        `${id} among ${data.length} models`,
      )
  },
  async 'twenty streams at once'({ call }) {
    const ask = at =>
      call('/v1/chat/completions', saying(models[at % 3], `Say exactly: stream ${at}`, { stream: true }))
    const texts = await Promise.all(Array.from({ length: 20 }, async (_, at) => textOf(await (await ask(at)).text())))
    assert.deepEqual(
      texts,
      texts.map((_, at) => `stream ${at}`),
    )
  },
  async 'errors, in OpenAI’s envelope'({ call, simulator }) {
    const { error } = await json(await call('/v1/chat/completions', { model: models[0], messages: 'none' }), 400)
    assert.equal(error.param, 'messages')
    await json(await call('/v1/models', undefined, { key: 'wrong' }), 401)
    await json(await call('/v1/chat/completions', saying('openai/none-such', 'x')), 404)
    simulator.setFaults([
      { match: { times: 1 }, fault: { kind: 'exception', exceptionType: 'internalServerException', afterFrames: 3 } },
    ])
    const cut = await (await call('/v1/chat/completions', saying(models[1], 'Count to 50', { stream: true }))).text()
    assert.match(cut, /data: \{"error":/)
    assert.doesNotMatch(cut, /DONE|"finish_reason":"/)
  },
  async 'an upstream that breaks, or is silent'({ call, simulator }) {
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'reset', afterFrames: 2 } }])
    const broken = await (await call('/v1/chat/completions', saying(models[0], 'Count to 50', { stream: true }))).text()
    assert.match(broken, /stream_interrupted/)
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'stall', afterFrames: 2 } }])
    const silent = await (await call('/v1/chat/completions', saying(models[0], 'Count to 50', { stream: true }))).text()
    assert.match(silent, /: keep-alive/)
    assert.match(silent, /timeout_idle/)
  },
  async 'a client that leaves stops the upstream'({ call, simulator, reports }) {
    for (const model of models) {
      simulator.reset()
      simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'stall', afterFrames: 3 } }])
      const leaving = new AbortController()
      const answer = await call('/v1/chat/completions', saying(model, 'Count to 100', { stream: true }), {
        signal: leaving.signal,
      })
      await answer.body.getReader().read()
      leaving.abort()
      await simulator.waitFor(({ outcome }) => outcome === 'closed-by-client', 1_200)
    }
    await until(
      async () => (await reports()).reports.filter(({ status }) => status === 'cancelled').length >= 3,
      'three reports of calls that were left',
    )
  },
  async 'a limit'({ call }) {
    const ask = () => call('/v1/chat/completions', saying(models[0], 'Say exactly: x'), { key: 'limited' })
    await json(await ask())
    await json(await ask())
    const third = await ask()
    assert.ok(Number(third.headers.get('retry-after')) > 0)
    await json(third, 429)
  },
  async 'a repeat gets the first answer'({ call, simulator }) {
    simulator.reset()
    const ask = () =>
      call('/v1/chat/completions', saying(models[0], 'Say exactly: once'), { headers: { 'idempotency-key': 'once' } })
    const [first, second] = [await (await ask()).text(), await (await ask()).text()]
    assert.equal(first, second)
    assert.equal(simulator.requests().length, 1)
  },
  async 'a call in process'({ call }) {
    const { choices } = await json(await call(`/in-process?model=${models[1]}`))
    assert.equal(choices[0].message.content, 'inside')
  },
  async 'a large body'({ call }) {
    const text = 'ä'.repeat(1_000_000)
    const { choices } = await json(await call('/v1/chat/completions', saying(models[0], `${text} Say exactly: read`)))
    assert.equal(choices[0].message.content, 'read')
  },
  async 'reports, and nothing untold'({ reports }) {
    const { reports: all, told } = await reports()
    assert.ok(all.filter(({ status, usage }) => status === 'completed' && usage?.completion_tokens > 0).length > 10)
    assert.deepEqual(
      told.filter(text => !/price|internalServerException/.test(text)),
      [],
    )
  },
  async 'the end'({ call }) {
    const begun = await call('/v1/chat/completions', saying(models[0], 'Count to 100', { stream: true }))
    const [text] = await Promise.all([begun.text(), call('/close')])
    assert.match(text, /DONE/)
    const { error } = await json(await call('/v1/chat/completions', saying(models[0], 'x')), 503)
    assert.equal(error.code, 'shutting_down')
  },
}

/** Runs them in order against one gateway. Returns what failed. */
export async function runChecks({ base, simulator, without = [] }) {
  const call = callsTo(base)
  const reports = async () => json(await call('/reports'))
  const failed = []
  for (const name of Object.keys(checks).filter(name => !without.includes(name))) {
    simulator.setFaults([])
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(reject, 8_000, new Error('took 8 s'))
    })
    try {
      await Promise.race([checks[name]({ call, simulator, reports }), late])
    } catch (error) {
      failed.push({ name, error })
    } finally {
      clearTimeout(timer)
    }
  }
  return failed
}

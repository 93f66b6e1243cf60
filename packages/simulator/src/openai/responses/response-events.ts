import { slicesOf } from '../../brain/slices.ts'
import { tokensOf } from '../../brain/tokens.ts'
import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json.ts'
import { integerBelow, type Random, randomName } from '../../random.ts'
import { bytesOf, type Frame, type FrameRole } from '../../script.ts'
import { endedResponse, type ResponseAnswer } from './response-object.ts'

/** One server-sent event of a streamed response. */
export function responseEvent(type: string, sequenceNumber: number, members: JsonObject): Uint8Array {
  return bytesOf(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequenceNumber, ...members })}\n\n`)
}

/** What the events of a response are made with. */
export interface EventWishes {
  readonly random: Random
  /** Random filler on every delta, so that lengths give nothing away; on unless refused. */
  readonly obfuscation: boolean
}

type Tell = (role: FrameRole, type: string, members: JsonObject) => void

/** The events of a streamed response; no `[DONE]` comes after them. */
export function responseEvents(answer: ResponseAnswer, wishes: EventWishes): readonly Frame[] {
  const frames: Frame[] = []
  const tell: Tell = (role, name, members) => {
    const hidden = wishes.obfuscation && name.endsWith('.delta')
    const filler = hidden ? { obfuscation: randomName(wishes.random, 1 + integerBelow(wishes.random, 16)) } : {}
    frames.push({ role, bytes: responseEvent(`response.${name}`, frames.length, { ...members, ...filler }) })
  }
  tell('start', 'created', { response: answer.head })
  tell('start', 'in_progress', { response: answer.head })
  for (const [index, item] of answer.output.entries()) tellItem(item, index, { tell, random: wishes.random })
  const response = endedResponse(answer)
  tell('terminal', String(response.status), { response })
  return frames
}

interface Teller {
  readonly tell: Tell
  readonly random: Random
}

function tellItem(item: JsonObject, output_index: number, teller: Teller): void {
  const at = { item_id: item.id, output_index }
  const { tell } = teller
  const added = (role: FrameRole, empty: JsonObject) =>
    tell(role, 'output_item.added', { output_index, item: { ...item, ...empty } })
  const done = (role: FrameRole = 'content') => tell(role, 'output_item.done', { output_index, item })
  switch (item.type) {
    case 'reasoning':
      added('start', { summary: [] })
      for (const [summary_index, part] of arrayOf(item.summary).entries())
        tellSummary(objectOf(part), { ...at, summary_index }, tell)
      // A thought that is not shown in any form is no content.
      done(arrayOf(item.summary).length > 0 || item.encrypted_content !== undefined ? 'content' : 'start')
      break
    case 'message':
      added('start', { status: 'in_progress', content: [] })
      for (const [content_index, part] of arrayOf(item.content).entries())
        tellPart(objectOf(part), { ...at, content_index }, tell)
      done()
      break
    default: {
      const [member, name] =
        item.type === 'function_call' ? ['arguments', 'function_call_arguments'] : ['input', 'custom_tool_call_input']
      const written = stringOf(item[member]) ?? ''
      added('content', { status: 'in_progress', [member]: '' })
      for (const delta of slicesOf(written, teller.random)) tell('content', `${name}.delta`, { ...at, delta })
      tell('content', `${name}.done`, { ...at, [member]: written })
      done()
    }
  }
}

function tellSummary(part: JsonObject, at: JsonObject, tell: Tell): void {
  const text = stringOf(part.text) ?? ''
  tell('start', 'reasoning_summary_part.added', { ...at, part: { ...part, text: '' } })
  for (const delta of tokensOf(text)) tell('content', 'reasoning_summary_text.delta', { ...at, delta })
  tell('content', 'reasoning_summary_text.done', { ...at, text })
  tell('content', 'reasoning_summary_part.done', { ...at, part })
}

function tellPart(part: JsonObject, at: JsonObject, tell: Tell): void {
  const refuses = part.type === 'refusal'
  const [member, name] = refuses ? ['refusal', 'refusal'] : ['text', 'output_text']
  const said = stringOf(part[member]) ?? ''
  const sure = refuses ? {} : { logprobs: [] }
  tell('start', 'content_part.added', { ...at, part: { ...part, [member]: '' } })
  for (const delta of tokensOf(said)) tell('content', `${name}.delta`, { ...at, delta, ...sure })
  tell('content', `${name}.done`, { ...at, [member]: said, ...sure })
  tell('content', 'content_part.done', { ...at, part })
}

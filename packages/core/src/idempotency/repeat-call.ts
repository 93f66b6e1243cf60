import type { Call, Operation, Result } from '../contract.ts'
import { replay } from '../stream/kept-answer.ts'
import { type Answerer, answerLost, type IdempotencyRecord } from './idempotency-record.ts'

/** The answer of an ended call, for a repeat of it. @throws {GatewayError} `idempotent_answer_lost` */
export function again<O extends Operation>(
  call: Call<O>,
  record: Exclude<IdempotencyRecord, { state: 'claimed' }>,
): Result<O> {
  if (record.state === 'lost') throw answerLost(record.code)
  const result = replay(call, record.answer, record.facts)
  repeats(call, record.answerer, result)
  return result
}

/** Of a repeat whose first call failed while it waited: it has met with the same target, and was not turned away before one was asked. */
export function failsWith({ context }: Call, { route, target }: Pick<Answerer, 'route' | 'target'>): void {
  context.route = route
  context.target = target
}

/** Who has answered, and that it was another call which paid for it: in its answer, its report and its log. */
export function repeats(
  { context }: Call,
  { route, target, droppedParams }: Answerer,
  { kind }: Result<Operation>,
): void {
  context.route = route
  context.target = target
  for (const name of droppedParams) context.droppedParams.add(name)
  context.isIdempotentReplay = true
  context.answerHeaders['x-modelgate-idempotent-replay'] = 'true'
  if (kind !== 'stream') context.answerHeaders['x-modelgate-cost-usd'] = '0'
}

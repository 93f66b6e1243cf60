import type { DoorRoute } from './door-route.ts'

type Late = typeof import('../features.ts')

/** An answer that most gateways never give: loaded with the first request for one. */
export function lateAnswer(answerOf: (late: Late) => DoorRoute['answer']): DoorRoute['answer'] {
  return async exchange => {
    const late = await import('../features.ts')
    return answerOf(late)(exchange)
  }
}

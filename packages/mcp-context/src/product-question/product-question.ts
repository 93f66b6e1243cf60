import { checkMembers, type MembersOf } from '@modelgate/core'
import type { ContextPredicate } from '../context-predicate.ts'
import { productQuestionScore } from './product-question-score.ts'

/** From which score on a chat is about products, and in which words. */
export interface ProductQuestionOptions {
  /** Default 0.6: from which score on a chat gets facts. Lower finds more of the questions, and more that are none. */
  readonly threshold?: number | undefined
  /** Names of things that this shop sells and few others do: lower case, singular. */
  readonly goods?: readonly string[] | undefined
}

const members = { threshold: true, goods: true } as const satisfies MembersOf<ProductQuestionOptions>

/**
 * The default of `when`: chats whose last user turn looks like a question about products.
 * @throws {GatewayError} `invalid_configuration` for an option that is none.
 */
export function productQuestion(options: ProductQuestionOptions = {}): ContextPredicate {
  checkMembers(options, members, 'productQuestion()')
  const { threshold = 0.6, goods = [] } = options
  const extra = new Set(goods.map(name => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()))
  // Scores are sums of tenths, which are not exact in binary.
  return query => productQuestionScore(query, extra) >= threshold - 1e-9
}

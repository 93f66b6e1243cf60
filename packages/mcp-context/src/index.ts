export type { ContextPredicate } from './context-predicate.ts'
export {
  type ContextSource,
  type SearchAnswer,
  type SearchFunction,
  type SearchOptions,
  type SourceState,
  toContextSource,
} from './context-source.ts'
export type { Availability, Product } from './product.ts'

export { readContextBlock } from './context-block.ts'
export type { ContextItem, ItemSelector } from './context-item.ts'
export type { ContextPredicate } from './context-predicate.ts'
export {
  type ContextSource,
  type SearchAnswer,
  type SearchFunction,
  type SearchOptions,
  type SourceState,
  toContextSource,
} from './context-source.ts'
export { type McpSource, mcpSource } from './mcp/mcp-source.ts'
export type {
  ChildServer,
  HttpServer,
  McpSourceOptions,
  RevealedSecret,
  ToolQuestion,
} from './mcp/mcp-source-options.ts'
export { type DescribedTool, toolPin } from './mcp/tool-pin.ts'
export { mcpContext } from './mcp-context.ts'
export type { ContextBudget, McpContextOptions } from './mcp-context-options.ts'
export { type Availability, type Product, productItem } from './product.ts'
export { type ProductQuestionOptions, productQuestion } from './product-question/product-question.ts'
export { productQuestionScore } from './product-question/product-question-score.ts'
export type { SourceBreakerOptions } from './source-breaker.ts'
export { textItem } from './text-item.ts'

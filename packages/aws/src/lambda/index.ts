export type { LambdaHandlerOptions } from './answer-invocation.ts'
export { type AuthorizedCallerOptions, authorizedCaller } from './authorizer/authorized-caller.ts'
export type { AuthorizerContext } from './authorizer/authorizer-context.ts'
export {
  type AuthorizerHandler,
  type AuthorizerOptions,
  type AuthorizerResult,
  toAuthorizerHandler,
} from './authorizer/authorizer-handler.ts'
export { type BufferedHandler, toLambdaHandler } from './buffered-handler.ts'
export type { AlbEvent } from './events/alb-event.ts'
export type { HttpApiEvent } from './events/http-api-event.ts'
export type { LambdaHttpEvent } from './events/http-event.ts'
export type { RestApiEvent } from './events/rest-api-event.ts'
export type {
  HttpPrelude,
  LambdaContext,
  LambdaResponseStream,
  LambdaRuntime,
  StreamedHandler,
} from './lambda-runtime.ts'
export type { ProxyResult } from './proxy-result.ts'
export { type LambdaStreamHandler, toLambdaStreamHandler } from './stream-handler.ts'

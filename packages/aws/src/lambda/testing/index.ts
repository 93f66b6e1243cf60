export { albEvent, functionUrlEvent, restApiEvent, type SentRequest } from './events.ts'
export { type InvokeOptions, installLambdaShim, type LambdaShim } from './lambda-shim.ts'
export type { ShimInvocation } from './shim-invocation.ts'

export { type ScriptedProvider, type ScriptStep, scriptedProvider } from './scripted-provider.ts'
export { testCall } from './test-call.ts'

export { type ProviderCase, providerCases } from './provider-cases.ts'
export type { FakeUpstream, ProviderRig, UpstreamFault } from './provider-rig.ts'
export { type ScriptedProvider, type ScriptStep, scriptedProvider } from './scripted-provider.ts'
export { testCall } from './test-call.ts'

export { type ScriptedProvider, type ScriptStep, scriptedProvider } from './scripted-provider.ts'

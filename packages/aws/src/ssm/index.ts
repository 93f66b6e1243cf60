export { type ParameterReader, type ParameterStoreOptions, parameterReader } from './read-parameters.ts'

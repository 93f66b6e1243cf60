export { type UndiciOptions, undici } from './upstream/undici-transport.ts'

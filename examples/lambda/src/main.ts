import { runLocal } from './run-local.ts'

const whole = await runLocal({
  handlerUrl: new URL('../dist/handler.mjs', import.meta.url),
  print: line => console.log(line),
  frameDelayMs: 40,
})
process.exitCode = whole ? 0 : 1

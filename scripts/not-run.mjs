// On a developer's machine `pnpm test` leaves out what only the gate runs; this names it, read from the gate itself.
import { readFileSync } from 'node:fs'

if (!process.env.CI) {
  const gate = readFileSync(new URL('../.ci/run', import.meta.url), 'utf8')
  const others = [...gate.matchAll(/^step .*pnpm run (\S+)/gm)].map(([, name]) => `pnpm run ${name}`)
  console.log(`Not run by \`pnpm test\`, but by .ci/run: ${others.join(', ')}.`)
}

// On a developer's machine `pnpm test` leaves out what only the gate runs; this names it, read from the gate itself.
import { readFileSync } from 'node:fs'

if (!process.env.CI) {
  const gate = readFileSync(new URL('../.ci/run', import.meta.url), 'utf8')
  const others = [...gate.matchAll(/^step .*pnpm run (\S+)/gm)].map(([, name]) => name)
  console.log(`Not run here, but by .ci/run, each by \`npx -y pnpm@12 run\`: ${others.join(', ')}.`)
}

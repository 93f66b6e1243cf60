import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../peers/', import.meta.url))

/** Other gateways, each at the version that `bench/peers` pins. */
export const portkey = { version: '1.15.2', server: `${folder}node_modules/@portkey-ai/gateway/build/start-server.js` }

/** Installs them where they are not yet, from the package registry, by their lockfile. */
export function installPeers(): void {
  process.stderr.write('installing the peers of bench/peers …\n')
  execFileSync('npx', ['-y', 'pnpm@12', '--dir', folder, 'install', '--frozen-lockfile', '--reporter=silent'])
}

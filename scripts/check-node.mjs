import module from 'node:module'
import { fileURLToPath } from 'node:url'

// A failed install leaves the system's Node first on PATH, and the tests would pass or fail for the wrong reason.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `Node ${process.version} is running, not the workspace's own Node 24 (devDependency "node"). Did the install fail? Run: npx -y pnpm@12 install`,
  )
  process.exit(1)
}

// What was compiled once is read at the next start, which then takes half as long.
module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)))

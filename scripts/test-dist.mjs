// What is shipped, tried as a user has it: each package is packed, checked, and installed in an empty project, where core by
// `import` and a provider by `require` (and the other way round) must be one gateway, on the oldest and the newest Node.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const nodes = ['22.19.0', '24.21.0']
const work = mkdtempSync(join(tmpdir(), 'modelgate-dist-'))
const run = (command, args, options = {}) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', cwd: root, ...options })
const say = text => process.stdout.write(`${text}\n`)

try {
  const tarballs = pack()
  for (const tarball of Object.values(tarballs)) check(tarball)
  const project = install(tarballs)
  for (const version of nodes) runOn(version, project)
  checkTypes(project)
  say('every packed package checks, installs, works and has its types, by import and by require')
} finally {
  rmSync(work, { recursive: true, force: true })
}

function pack() {
  const tarballs = {}
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', name)
    if (!existsSync(join(folder, 'package.json'))) continue
    const output = run('pnpm', ['pack', '--json', '--pack-destination', work], { cwd: folder })
    const [{ filename }] = [JSON.parse(output)].flat()
    tarballs[`@modelgate/${name}`] = join(work, filename.split('/').at(-1))
    const files = run('tar', ['tzf', tarballs[`@modelgate/${name}`]]).split('\n')
    for (const wanted of ['package/LICENSE', 'package/README.md']) {
      if (!files.includes(wanted)) throw new Error(`@modelgate/${name} is packed without its ${wanted}`)
    }
    say(`packed   @modelgate/${name}: ${files.length} files`)
  }
  return tarballs
}

function check(tarball) {
  run('publint', ['run', tarball, '--strict'])
  run('attw', [tarball, '--profile', 'node16'])
  say(`checked  ${tarball.split('/').at(-1)} with publint and attw`)
}

function install(tarballs) {
  const project = join(work, 'project')
  mkdirSync(project)
  cpSync(join(root, 'tests', 'packed'), project, { recursive: true })
  const files = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]))
  // Peer dependencies must resolve to the tarballs, not to whatever a registry has under the name.
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies: files, overrides: files }))
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project })
  const installed = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages
  const copies = Object.keys(installed).filter(path => path.endsWith('node_modules/@modelgate/core'))
  if (copies.length !== 1) throw new Error(`one copy of core is wanted, installed: ${copies.join(', ')}`)
  say(`installed in an empty project: ${Object.keys(installed).length - 1} packages`)
  return project
}

function runOn(version, project) {
  const node = run('npx', ['-y', '-p', `node@${version}`, '-c', 'command -v node'], { cwd: project }).trim()
  for (const file of readdirSync(project).filter(name => name.startsWith('case-'))) {
    const output = run(node, [file], { cwd: project })
    say(`Node ${version}: ${file}: ${output.trim()}`)
  }
  // Jest cannot require an ES module, either.
  const alone = run(node, ['--no-experimental-require-module', 'case-require.cjs'], { cwd: project })
  say(`Node ${version}: case-require.cjs, where no ES module can be required: ${alone.trim()}`)
}

/** As a strict user's compiler reads them: tsup writes declarations of types that do not hold, and most projects skip looking at them. */
function checkTypes(project) {
  const folders = readdirSync(join(project, 'node_modules', '@modelgate'))
  const exported = folders.flatMap(folder => {
    const { name, exports, peerDependencies } = manifestOf(join(project, 'node_modules', '@modelgate', folder))
    for (const peer of Object.keys(peerDependencies ?? {})) link(peer, join(root, 'packages', folder), project)
    return Object.keys(exports).map(path => name + path.slice(1))
  })
  link('@types/node', root, project)
  const lines = exported.filter(path => !path.endsWith('.json')).map((path, at) => `export * as m${at} from '${path}'`)
  for (const file of ['exports.mts', 'exports.cts']) writeFileSync(join(project, file), lines.join('\n'))
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--types', 'node']
  for (const compiler of ['typescript', 'typescript-7']) {
    const tsc = join(root, 'node_modules', compiler)
    const args = [join(tsc, 'bin/tsc'), ...options, '--module', 'nodenext', 'exports.mts', 'exports.cts']
    execFileSync(process.execPath, args, { cwd: project, stdio: 'inherit' })
    say(`TypeScript ${manifestOf(tsc).version}: ${lines.length} modules have their types`)
  }
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** A peer as the workspace has it, where the project has none. */
function link(name, owner, project) {
  const place = join(project, 'node_modules', name)
  if (existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(owner, 'node_modules', name), place)
}

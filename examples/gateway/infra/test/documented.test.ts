import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type StubCall, stubCommands } from './stub-commands.ts'
import { synthesised } from './synthesised.ts'

const root = join(import.meta.dirname, '../../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const markdown = read('docs/deploy.md')

/** Its commands in their order, with something for each `<placeholder>`, and without what the scripts do, whose own tests run them. */
function commandsOf(document: string): string {
  const blocks = [...document.matchAll(/^```(?:sh|bash)\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return blocks
    .join('\ncd "$start"\n')
    .replace(/<[^>\n]+>/g, 'placeholder')
    .replace(/^(?:[A-Z_]+=\S+ )?\.\/([\w-]+\.sh)/gm, 'test -x ./$1')
}

describe('the commands of docs/deploy.md', () => {
  const { gateway } = synthesised()
  let calls: readonly StubCall[]
  let lines: readonly string[]
  beforeAll(() => {
    const url = 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/v1\n'
    const stubs = stubCommands(['aws', 'npx', 'curl', 'docker', 'git', 'jq'], {
      'aws cloudformation describe-stacks': { stdout: url },
      'aws secretsmanager create-secret': {
        stdout: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:keys-AbCdEf\n',
      },
    })
    // Where a clone would be, beside its own directories, since each chapter begins at the root.
    const start = mkdtempSync(join(tmpdir(), 'modelgate-docs-'))
    symlinkSync(root, join(start, 'modelgate'))
    for (const name of readdirSync(root)) symlinkSync(join(root, name), join(start, name))
    const env = { PATH: `${stubs.directory}:/usr/bin:/bin`, HOME: start, start, KEY: 'a-key', arn: 'an-arn' }
    execFileSync('bash', ['-euc', commandsOf(markdown)], { env, cwd: start, stdio: ['ignore', 'ignore', 'pipe'] })
    calls = stubs.calls()
    lines = calls.map(({ program, args }) => [program, ...args].join(' '))
  })

  it('run to their end, and are those of all three deployments', () => {
    expect(lines.filter(line => line.startsWith('npx cdk'))).toEqual([
      'npx cdk deploy ai-gateway-lambda-staging --outputs-file outputs.json',
      expect.stringMatching(/^npx cdk deploy --parameters ApiKeySecretArn=arn:\S+ --parameters CertificateArn=/),
    ])
    expect(lines.some(line => line.startsWith('aws cloudformation describe-stacks --stack-name ai-gateway-dev'))).toBe(
      true,
    )
  })

  it('ask for the gateway where its scripts deploy it, whatever region the AWS CLI is set to', () => {
    const asked = calls.filter(({ args }) => args.includes('describe-stacks') || args.includes('logs'))
    expect(asked.map(({ region }) => region)).toEqual(asked.map(() => 'us-east-1'))
    expect(asked.length).toBeGreaterThan(0)
  })

  it('name files and scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
    const ofPnpm = calls.filter(({ args }) => args[1] === 'pnpm@12').map(({ args }) => args.slice(2))
    const asked = ofPnpm.map(([first = '']) => first).filter(first => !first.startsWith('--') && first !== 'install')
    expect(asked.filter(name => !(name in scripts))).toEqual([])
    const paths = calls.flatMap(({ args }) => args).filter(arg => /^(?:examples|packages|docs)\/(?!.*dist)/.test(arg))
    expect(paths).toContain('examples/alb/infra/Dockerfile')
    expect(paths.filter(path => !existsSync(join(root, path)))).toEqual([])
  })

  it('name outputs and parameters that the templates have', () => {
    const { Outputs = {} } = gateway.toJSON() as { readonly Outputs?: object }
    for (const [, name = ''] of markdown.matchAll(/OutputKey=='(\w+)'/g)) expect(Outputs).toHaveProperty(name)
    const plain = ['lambda', 'fargate'].map(
      variant => JSON.parse(read(`examples/alb/infra/cloudformation/gateway-${variant}.template.json`)) as Plain,
    )
    const known = new Set(plain.flatMap(({ Parameters }) => Object.keys(Parameters)))
    const told = lines.flatMap(line => [...line.matchAll(/ ([A-Z]\w+)=/g)].map(([, name = '']) => name))
    expect(new Set(told.filter(name => !known.has(name)))).toEqual(new Set())
    expect(told).toContain('FunctionImageUri')
  })
})

interface Plain {
  readonly Parameters: object
}

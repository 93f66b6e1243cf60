import { type ConfigOption, configOptions } from './config-options.ts'
import { type Variable, variables } from './variables.ts'

const head = `# Configuration of the gateway app

This page is made from the schema that the app reads (\`npx -y pnpm@12 --filter @modelgate/example-gateway run schema\`); a test holds it to it.

## Where options come from

Each stands over those before it:

1. defaults
2. the file that \`MODELGATE_CONFIG\` names: JSON with comments and trailing commas
3. environment variables; one that is set to nothing counts as not set, and one under \`MODELGATE_\` or \`RATE_LIMIT_\` that looks misspelt is told on standard error
4. parameters of Systems Manager's Parameter Store directly beneath the path \`MODELGATE_SSM_PATH\`, each called as the variable whose option it sets, such as
   \`/ai-gateway-prod/RATE_LIMIT_FREE_TIER_RPM\`. One that sets nothing is refused, with the name that was most likely meant.
5. code: the third argument of \`startApp\`

Objects are put together member by member; a list, and a store of another type, takes the place of the one beneath. A tier in the file takes the place of the
default of its name whole.

What is wrong is told on standard error, all at once and one line each: the place in the file or the variable, the option, the value (never a secret), the
remedy. The app then exits with 2. An option that
nothing makes use of as the others stand (weights in a route that goes by order, a log level of a log that is no JSON) is told, and starts. \`GET /api/v1/admin/config\` shows every value with where it comes from.

## Secrets

Where an option takes a secret, \`{ "secret": "…" }\` says where it stands; in a variable that holds a secret the reference stands by itself.

| reference | what it leads to |
| --- | --- |
| \`env:NAME\` | an environment variable |
| \`ssm:/path/name\` | a parameter, decrypted; needs \`ssm:GetParameters\` |
| \`secretsmanager:<name or ARN>\` | a secret's text; needs \`secretsmanager:GetSecretValue\` |
| \`secretsmanager:<name or ARN>#<member>\` | a member of the JSON object that the secret is |

References are read once, at the start: a secret that was rotated counts from the next start on. API keys in \`apiKeySecret\` and \`apiKeyTable\` are read anew while the
app runs. A reference that leads nowhere ends the start with its name and the reason, never with what was read. \`MODELGATE_SSM_PATH\` needs
\`ssm:GetParametersByPath\`; a key of yours needs \`kms:Decrypt\`. The region is that of \`AWS_REGION\`.
`

/** `docs/configuration.md`. */
export function configurationDocument(): string {
  const options = configOptions()
  const parts = Map.groupBy(options, ({ path }) => top(path))
  const alone = [...parts.values()].filter(part => part.length === 1).flat()
  const sections = [...parts].filter(([, part]) => part.length > 1).map(([name, part]) => section(code(name), part))
  return [
    head,
    `## Options\n\n${legend}`,
    section('At the top of the file', alone),
    ...sections,
    variablesTable(),
  ].join('\n')
}

const legend =
  '`<name>` is a name of your own, `[]` a member of a list. Examples are the option as it stands in the file.\n'

function top([first = '']: readonly string[]): string {
  return first.replace('[]', '')
}

function section(title: string, options: readonly ConfigOption[]): string {
  const rows = options.map(option => {
    const path = option.path.join('.')
    const names = variables.filter(variable => optionOf(variable.path) === path).map(each => code(each.name))
    const cells = [code(path), option.type, defaultOf(option), names.join(', '), option.about, code(exampleOf(option))]
    return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `### ${title}\n\n| option | type | default | variable | | example |\n| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

/** The option a variable stands for: a tier is a name like any other. */
function optionOf(path: Variable['path']): string {
  return path.map((step, at) => (path[at - 1] === 'tiers' ? '<name>' : step)).join('.')
}

function defaultOf({ fallback }: ConfigOption): string {
  return fallback === undefined ? '' : code(JSON.stringify(fallback))
}

/** The last part of the path, as a member. */
function exampleOf({ path, example, fallback, type }: ConfigOption): string {
  const name = path.at(-1)?.replace('[]', '') ?? ''
  const shown = example ?? examples.get(path.join('.')) ?? examples.get(name) ?? fallback ?? madeUp(type)
  return `${JSON.stringify(name)}: ${JSON.stringify(shown)}`
}

const reference = { secret: 'env:A_SECRET' }
const targets = ['openai/gpt-6-luna', 'bedrock/amazon.nova-lite-v1:0']

const roleArn = 'arn:aws:iam::123456789012:role/name'
const kept = { bedrock: { type: 'bedrock', bucket: 'ai-gateway-dev-batches', roleArn } }
const catalogue = 'https://catalogue.example.com/mcp'

/** Where a value of the option's kind would not do: by the option's path, or by its name wherever it stands. */
const examples: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['apiKey', reference],
  ['openaiApiKey', { secret: 'secretsmanager:ai-gateway-dev/openai#api_key' }],
  ['key', reference],
  ['url', { secret: 'env:REDIS_URL' }],
  ['roleArn', roleArn],
  ['keyHash', '4c806362b613f7496abf284146efd31da90e4b16169fe001841ca17290f427c4'],
  ['createdAt', '2026-11-01T00:00:00Z'],
  ['expiresAt', '2027-01-31T00:00:00Z'],
  ['baseURL', 'http://127.0.0.1:8000/v1'],
  ['endpoint', 'http://127.0.0.1:8000'],
  ['region', 'eu-central-1'],
  ['tableName', 'ai-gateway-dev-limits'],
  ['cacheTableName', 'ai-gateway-dev-cache'],
  ['requestLogTable', 'ai-gateway-dev-request-analytics'],
  ['requestLog', 'stdout'],
  ['target', targets[0]],
  ['targets', targets],
  ['routes', { fast: targets }],
  ['use', 'fast'],
  ['tier', 'free'],
  ['defaultModel', 'fast'],
  ['defaultEmbeddingModel', 'bedrock/cohere.embed-multilingual-v3'],
  ['allowedRoutes', ['fast']],
  ['origins', ['https://app.example.com']],
  ['providers', { openai: { type: 'openai', apiKey: { secret: 'env:OPENAI_API_KEY' } } }],
  ['keys', [{ key: reference, userId: 'ann', tier: 'premium' }]],
  ['apiKeyId', 'key-ann'],
  ['userId', 'ann'],
  ['tenant', 'team-search'],
  ['when', [{ if: { tier: 'free' }, use: 'fast' }]],
  ['if', { tier: 'free' }],
  ['tiers', { team: { requestsPerMinute: 60 } }],
  ['prices', { 'local/llama-3.3-70b': { input: 0.2, output: 0.4 } }],
  ['source', 'our AWS bill'],
  ['asOf', '2026-11-01'],
  ['providers.<name>.assumeRole', { roleArn }],
  ['prices.<name>.longPrompt', { aboveTokens: 200_000, input: 0.4, output: 0.6 }],
  ['cors', { origins: ['https://app.example.com'] }],
  ['bulkhead', { maxConcurrentCalls: 50 }],
  ['batches', { providers: kept }],
  ['batches.providers', kept],
  ['context', { server: { url: catalogue } }],
  ['context.server', { url: catalogue }],
  ['context.server.url', catalogue],
  ['context.tool.pin', 'sha256-xDZYOrimxQod4ZrOXZiELbEveMy7KL4kheAJqitz0vw'],
  ['context.when', 'always'],
  ['store', { type: 'redis', url: { secret: 'env:REDIS_URL' } }],
])

/** An example where the schema has none: the first of the words it may be, or a value of its kind. */
function madeUp(type: string): unknown {
  const [first = ''] = type.split(' | ')
  if (first.startsWith('"')) return JSON.parse(first)
  if (first === 'true') return true
  if (first === 'whole number' || first === 'number') return 1
  if (first.startsWith('list of ')) return [madeUp(first.slice('list of '.length))]
  if (first.startsWith('object')) return {}
  return 'text'
}

function variablesTable(): string {
  const own = variables.map(({ name, path, about, example }) => [
    code(name),
    code(path.join('.')),
    about,
    code(`${name}=${example}`),
  ])
  const more = [
    [
      code('MODELGATE_CONFIG'),
      '',
      'Path of the configuration file.',
      code('MODELGATE_CONFIG=./modelgate.config.jsonc'),
    ],
    [
      code('MODELGATE_SSM_PATH'),
      '',
      'Path of parameters that stand over the environment.',
      code('MODELGATE_SSM_PATH=/ai-gateway-prod'),
    ],
    [
      code('REST_API_ID'),
      '',
      'On Lambda: id of the API Gateway API whose authorizer is believed while the table of keys is away.',
      code('REST_API_ID=a1b2c3d4e5'),
    ],
    [
      code('CATALOG_TABLE'),
      '',
      'Of the function that `infra` deploys: the DynamoDB table of products that facts come from, where `MCP_SERVER_URL` names no server.',
      code('CATALOG_TABLE=ai-gateway-dev-product-catalog'),
    ],
    [
      code('OPENAI_BASE_URL'),
      '',
      'Where OpenAI is, for providers that name no `baseURL`.',
      code('OPENAI_BASE_URL=https://api.openai.com/v1'),
    ],
    [
      '`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_PROFILE`, `AWS_BEARER_TOKEN_BEDROCK`, container and web identity variables',
      '',
      "Credentials of AWS, read by its SDK and by Bedrock's provider.",
      code('AWS_PROFILE=team'),
    ],
    [
      '`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`',
      '',
      'Where a service of AWS is, as its SDK reads it.',
      code('AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000'),
    ],
  ]
  const rows = [...own, ...more].map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`)
  return `## Environment variables\n\n| variable | option | | example |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

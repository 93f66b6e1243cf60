import type { OpenApiDocument } from '../openapi/openapi-document.ts'
import type { Story } from './story.ts'

interface Place {
  readonly method: string
  readonly path: string
  readonly description: string
  readonly example: unknown
}

/** @throws {TypeError} for an operation or example that the document does not have */
export function toItem(story: Story, document: OpenApiDocument): object {
  const { method, path, description, example } = placeOf(story, document)
  const { key = 'apiKey', headers = {}, fault, upload } = story
  const body = upload ? '{{form}}' : story.example === undefined ? story.body : withModel(example)
  const given = Object.entries(headers).map(([name, value]) => ({ key: name, value }))
  const named = key === 'none' || key === 'apiKey' ? [] : [{ key: 'X-API-Key', value: `{{${key}}}` }]
  const type = upload ? `multipart/form-data; boundary=${boundary}` : 'application/json'
  const content = body === undefined ? [] : [{ key: 'Content-Type', value: type }]
  const prerequest = [...(fault ? before(fault) : []), ...(upload ? formOf(upload) : [])]
  return {
    name: story.name,
    event: [...(prerequest.length > 0 ? [script('prerequest', prerequest)] : []), script('test', after(story))],
    request: {
      method,
      description,
      ...(key !== 'apiKey' && { auth: { type: 'noauth' } }),
      header: [...content, ...named, ...given],
      ...(body !== undefined && {
        body: {
          mode: 'raw',
          raw: typeof body === 'string' ? body : JSON.stringify(body, null, 2),
          options: { raw: { language: upload ? 'text' : 'json' } },
        },
      }),
      url: urlOf(path, story.query),
    },
  }
}

function urlOf(path: string, query: Story['query']): object {
  const url = { host: ['{{baseUrl}}'], path: path.slice(1).split('/') }
  if (!query) return { raw: `{{baseUrl}}${path}`, ...url }
  const members = Object.entries(query).map(([key, value]) => ({ key, value }))
  const text = members.map(({ key, value }) => `${key}=${value}`).join('&')
  return { raw: `{{baseUrl}}${path}?${text}`, ...url, query: members }
}

function placeOf({ operationId, request, params = {}, stage, example }: Story, document: OpenApiDocument): Place {
  if (request) return { ...request, description: '', example: undefined }
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (operation.operationId !== operationId) continue
      const { summary, description = '' } = operation
      return {
        method: method.toUpperCase(),
        path: (stage ?? '') + path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? `{{${name}}}`),
        description: description === '' ? summary : `${summary}\n\n${description}`,
        example: example === undefined ? undefined : exampleOf(operation.requestBody, example),
      }
    }
  }
  throw new TypeError(`The document has no operation '${operationId}'.`)
}

interface RequestBody {
  readonly content?: {
    readonly 'application/json'?: { readonly examples?: Readonly<Record<string, { value: unknown }>> }
  }
}

function exampleOf(requestBody: RequestBody | undefined, name: string): unknown {
  const found = requestBody?.content?.['application/json']?.examples?.[name]
  if (found) return found.value
  throw new TypeError(`The document has no example '${name}'.`)
}

/** The document's examples name a route of its own. */
function withModel(example: unknown): object {
  return { ...(example as object), model: '{{chatModel}}' }
}

function script(listen: 'prerequest' | 'test', exec: readonly string[]): object {
  return { listen, script: { type: 'text/javascript', exec } }
}

const boundary = 'modelgate-form'

/** By a script, since an editor may send a body's line breaks as it likes, and a form's are told. */
function formOf(upload: readonly object[]): readonly string[] {
  const form = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="purpose"',
    '',
    'batch',
    `--${boundary}`,
    'Content-Disposition: form-data; name="file"; filename="requests.jsonl"',
    '',
    upload.map(line => JSON.stringify(line)).join('\n'),
    `--${boundary}--`,
    '',
  ]
  return [`pm.collectionVariables.set('form', pm.variables.replaceIn(${JSON.stringify(form.join('\r\n'))}))`]
}

function before(fault: object): readonly string[] {
  return steer(`body: { mode: 'raw', raw: ${JSON.stringify(JSON.stringify([fault]))} }`)
}

function after({ status = 200, tests = [], fault }: Story): readonly string[] {
  const needsBody = tests.some(([, code]) => /\bbody\b/.test(code))
  return [
    `pm.test('answers with ${status}', () => pm.response.to.have.status(${status}))`,
    "pm.test('has an id', () => pm.expect(pm.response.headers.get('x-request-id')).to.be.a('string'))",
    ...(needsBody ? ['const body = pm.response.json()'] : []),
    ...tests.map(([name, code]) => `pm.test(${JSON.stringify(name)}, () => { ${code} })`),
    ...(fault ? steer("body: { mode: 'raw', raw: '[]' }") : []),
  ]
}

function steer(body: string): readonly string[] {
  return [
    `pm.sendRequest({ url: pm.environment.get('simulatorUrl') + '/_simulator/faults', method: 'PUT', ${body} }, error => {`,
    '  if (error) throw error',
    '})',
  ]
}

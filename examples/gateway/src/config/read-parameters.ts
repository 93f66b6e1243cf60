import type { ParameterReader } from '@modelgate/aws/ssm'
import { spellingOf } from '@modelgate/core'
import { variables } from './variables.ts'

interface ReadParameters {
  /** By the names of variables. */
  readonly parameters: Readonly<Record<string, string>>
  readonly faults: readonly string[]
}

/** Options in the Parameter Store: what stands directly beneath a path, each called as the variable in whose place it stands. */
export async function readParameters(
  path: string | undefined,
  reader: Pick<ParameterReader, 'readUnder'>,
): Promise<ReadParameters> {
  if (!path) return { parameters: {}, faults: [] }
  if (!/^\/[\w./-]*$/.test(path)) {
    return {
      parameters: {},
      faults: [`MODELGATE_SSM_PATH: must be a path of the Parameter Store, such as /ai-gateway-dev, got '${path}'.`],
    }
  }
  try {
    const found = await reader.readUnder(path)
    const known = variables.map(({ name }) => name)
    const unknown = [...found.keys()].filter(name => !known.includes(name))
    return {
      parameters: Object.fromEntries([...found].filter(([name]) => known.includes(name))),
      faults: unknown.map(name => unknownParameter(path, name, known)),
    }
  } catch (error) {
    const why =
      error instanceof Error
        ? `${error.name}: ${error.message.split('\n')[0]?.replace(/\.$/, '')}`
        : 'no reason was given'
    return {
      parameters: {},
      faults: [`MODELGATE_SSM_PATH: '${path}' cannot be read: ${why}. It needs ssm:GetParametersByPath.`],
    }
  }
}

function unknownParameter(path: string, name: string, known: readonly string[]): string {
  const meant = spellingOf(name, known)
  const remedy = meant === undefined ? 'call it as the variable whose option it sets' : `did you mean ${meant}?`
  return `MODELGATE_SSM_PATH: the parameter ${path.replace(/\/$/, '')}/${name} sets nothing; ${remedy.replace(/([^?])$/, '$1.')}`
}

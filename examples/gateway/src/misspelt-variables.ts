import { spellingOf } from '@modelgate/core'
import { variables } from './config/variables.ts'
import type { Environment } from './environment.ts'

const ours = /^(?:MODELGATE|RATE_LIMIT)_/
const ofTier = /^RATE_LIMIT_.+_TIER_(?:RPM|RPH|TPM)$/
const known = [...variables.map(({ name }) => name), 'MODELGATE_CONFIG', 'MODELGATE_SSM_PATH'].filter(name =>
  ours.test(name),
)

/** Variables that set nothing, though one much like them would. Others under such names may be the operator's own, as for secrets. */
export function* misspeltVariables(environment: Environment): Generator<string> {
  for (const [name, value] of Object.entries(environment)) {
    if (!value || !ours.test(name) || known.includes(name)) continue
    const meant = spellingOf(name, known) ?? withAllWordsOf(name)
    if (meant !== undefined) yield `${name}: is no variable of this app, and sets nothing; did you mean ${meant}?`
    else if (ofTier.test(name))
      yield `${name}: is no variable of this app, and sets nothing; tiers of your own have their quotas in \`limits.tiers\` of the file.`
  }
}

/** `RATE_LIMIT_FREE_RPM` leaves a word out of `RATE_LIMIT_FREE_TIER_RPM`. */
function withAllWordsOf(name: string): string | undefined {
  const words = name.split('_')
  const longer = known.filter(each => words.length > 2 && words.every(word => each.split('_').includes(word)))
  return longer.length === 1 ? longer[0] : undefined
}

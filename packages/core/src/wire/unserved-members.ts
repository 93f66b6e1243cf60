import type { Fault } from './faults.ts'

interface Unserved {
  readonly member: string
  /** Which values of it ask for what is not served. */
  readonly asks: (value: unknown) => boolean
  readonly why: string
}

/** What rests on answers that somebody keeps, or on OpenAI's own machines, and what only a chat has. */
const unserved: readonly Unserved[] = [
  {
    member: 'previous_response_id',
    asks: isGiven,
    why: 'no answer is kept here; send the whole conversation in `input`',
  },
  { member: 'conversation', asks: isGiven, why: 'no conversation is kept here; send all of it in `input`' },
  { member: 'store', asks: value => value === true, why: 'no answer is kept here; leave it out or send false' },
  {
    member: 'background',
    asks: value => value === true,
    why: 'answers are made while you wait; leave it out or send false',
  },
  { member: 'prompt', asks: isGiven, why: 'no templates are kept here; send `instructions` and `input`' },
  {
    member: 'context_management',
    asks: isGiven,
    why: 'no conversation is shortened here; send what the model shall read',
  },
  {
    member: 'truncation',
    asks: value => value === 'auto',
    why: "no conversation is shortened here; leave it out or send 'disabled'",
  },
  ...moved(),
  { member: 'n', asks: value => isGiven(value) && value !== 1, why: 'a response is one answer; ask again for another' },
  {
    member: 'modalities',
    asks: value => Array.isArray(value) && value.some(kind => kind !== 'text'),
    why: 'a response is text; leave it out',
  },
  { member: 'audio', asks: isGiven, why: 'a response is text; leave it out' },
]

/** A chat's members that a response has by other names: taken, they would say it twice, or ask for what no response has a place for. */
function moved(): readonly Unserved[] {
  const names = {
    messages: 'input',
    max_tokens: 'max_output_tokens',
    max_completion_tokens: 'max_output_tokens',
    response_format: 'text.format',
    reasoning_effort: 'reasoning.effort',
    verbosity: 'text.verbosity',
    logprobs: "include: ['message.output_text.logprobs']",
    functions: 'tools',
    function_call: 'tool_choice',
  }
  return Object.entries(names).map(([member, own]) => ({
    member,
    asks: isGiven,
    why: `that is a chat's; send \`${own}\``,
  }))
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** What a request asks for that no response here can be, each with what to do instead. */
export function unservedIn(value: object): Fault[] {
  const members = value as Readonly<Record<string, unknown>>
  return unserved
    .filter(({ member, asks }) => Object.hasOwn(members, member) && asks(members[member]))
    .map(({ member, why }) => ({ param: member, message: `\`${member}\` is not served: ${why}.` }))
}

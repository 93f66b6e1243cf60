import { encryptedThought, signatureFor } from '../src/bedrock/reasoning-marks.ts'
import {
  assistant,
  cachePoint,
  called,
  hi,
  NOVA,
  type RuleCase,
  reasoning,
  result,
  say,
  text,
  toolConfig,
  use,
  user,
} from './rule-case-parts.ts'

const lasting = (ttl: string) => ({ cachePoint: { type: 'default', ttl } })
const answered = (status: string) => ({ toolResult: { toolUseId: 't1', content: [{ text: 'sunny' }], status } })
const redacted = (issuer: string) => ({ reasoningContent: { redactedContent: encryptedThought(issuer, 'hm') } })
const thought = (...blocks: object[]) => ({ messages: [hi, assistant(...blocks, text), hi] })

/** Rules about what was said before. */
export const HISTORY_RULE_CASES: Readonly<Record<string, RuleCase>> = {
  'block-kind': { body: { messages: [user({ ...text, guardContent: {} })] }, says: "'messages.0.content.0'" },
  'cache-point-after-reasoning': {
    body: { messages: [hi, assistant(reasoning('c2ln'), cachePoint, text), hi] },
    says: 'messages.1.content.1 cannot follow reasoning',
  },
  'cache-point-value': { body: { messages: [user(text, lasting('2h'))] }, says: '"ttl":"2h"' },
  'cache-point-ttl-unsupported': {
    model: NOVA,
    body: { messages: [user(text, lasting('1h'))] },
    says: 'ttl: 1h is not supported',
  },
  'cache-point-ttl-order': {
    body: say({ system: [text, cachePoint], messages: [user(text, lasting('1h'))] }),
    says: 'must not come after a ttl=5m',
  },
  'tool-use-name': {
    body: { messages: [hi, assistant(use('t1', { name: 'a.b' })), user(result('t1'))], toolConfig },
    says: "'messages.1.content.0.toolUse.name'",
  },
  'tool-result-blank': {
    body: called('t1', { toolResult: { toolUseId: 't1', content: [{ text: ' ' }] } }),
    says: 'messages.2.content.0.toolResult.content.0 is blank',
  },
  'tool-result-status': { body: called('t1', answered('failed')), says: '[success, error]' },
  'tool-result-status-unsupported': {
    model: 'us.writer.palmyra-x5-v1:0',
    body: called('t1', answered('error')),
    says: "doesn't support the status field",
  },
  'reasoning-altered': {
    body: thought({ reasoningContent: { reasoningText: { text: 'hm ', signature: signatureFor('hm') } } }),
    says: 'Invalid `signature`',
  },
  'reasoning-foreign': { body: thought(redacted('OpenAI')), says: 'not of this model' },
  'reasoning-refused': {
    model: 'us.deepseek.r1-v1:0',
    body: thought(reasoning()),
    says: 'Please remove the reasoning content',
  },
}

/** Requests that come close to one of these rules without breaking it. */
export const ACCEPTED_HISTORIES: Readonly<Record<string, Omit<RuleCase, 'says'>>> = {
  'an hour before five minutes': {
    body: say({ system: [text, lasting('1h')], messages: [user(text, cachePoint)] }),
  },
  'a tool’s cachePoint of five minutes behind nothing longer': {
    body: say({ toolConfig: { tools: [...toolConfig.tools, cachePoint] }, system: [text, lasting('5m')] }),
  },
  'a status on Claude': { body: called('t1', answered('error')) },
  'a thought as it came': {
    body: thought({ reasoningContent: { reasoningText: { text: 'hm', signature: signatureFor('hm') } } }),
  },
  'Claude’s own encrypted thought': { body: thought(redacted('Anthropic')) },
  'encrypted thoughts of nobody known': { body: thought({ reasoningContent: { redactedContent: 'QUJD' } }) },
  'unsigned reasoning on Qwen': { model: 'qwen.qwen3-32b-v1:0', body: thought(reasoning()) },
}

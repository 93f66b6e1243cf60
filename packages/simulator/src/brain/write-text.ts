import { takeFacts } from './given-facts.ts'
import type { Prompt } from './prompt.ts'

const EXACTLY = /\b(?:repeat|say|reply|answer|respond|output)\b[^:\n]{0,60}:\s*([\s\S]+)/i
const COUNT = /\bcount (?:up )?(?:from 1 )?to (\d{1,6})\b/i
const MAX_COUNT = 100_000
const OPENINGS = ['Here is what I make of it', 'In short', 'Let me put it this way', 'My answer']

/** The prose the model answers a prompt with: always the same for the same prompt and variant. */
export function writeText(prompt: Prompt): string {
  const last = prompt.turns.at(-1)
  if (last?.role === 'assistant') return 'and so the sentence goes on to its end.'
  const { asked: said, facts } = takeFacts(last?.text ?? '')
  const asked = said.trim()
  if (last && last.toolResults.length > 0) return citing(prompt)
  const exact = EXACTLY.exec(asked)?.[1]
  if (exact !== undefined) return exact.trim().replace(/^"([\s\S]*)"$/, '$1')
  const count = COUNT.exec(asked)?.[1]
  if (count !== undefined) return counting(Math.min(Number(count), MAX_COUNT))
  return facts.length > 0 ? `${musing(prompt, asked)} I was given: ${facts.join('; ')}.` : musing(prompt, asked)
}

function counting(to: number): string {
  return Array.from({ length: to }, (_none, index) => index + 1).join(' ')
}

function citing(prompt: Prompt): string {
  const results = prompt.turns.at(-1)?.toolResults ?? []
  const calls = prompt.turns.flatMap(turn => turn.toolCalls)
  const sentences = results.map(({ id, text }) => {
    const name = calls.findLast(call => call.id === id)?.name ?? 'tool'
    return `${name} answered: ${text.trim() || '(nothing)'}`
  })
  return `Here is what I found. ${sentences.join(' ')}`
}

function musing(prompt: Prompt, asked: string): string {
  const opening = OPENINGS[prompt.variant % OPENINGS.length]
  const question = asked.length > 400 ? `${asked.slice(0, 400).toWellFormed()}…` : asked
  const memory = prompt.turns.length > 1 ? ` This is turn ${prompt.turns.length} of our conversation.` : ''
  const subject = question.replace(/[?!.]+$/, '')
  return `You asked: "${question}" ${opening}: a simulated model has no opinion on "${subject}", but it read every word.${memory}`
}

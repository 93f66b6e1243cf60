import type { ChunkDelta } from '@modelgate/core'
import { type CallPlace, createCallPlaces } from '../request/call-places.ts'
import { createCustomInputReader } from '../tools/custom-input.ts'
import type { AnswerRules } from './answer-rules.ts'
import { newToolCallId } from './converse-response.ts'
import { createRootUnwrapper } from './wrapped-root.ts'

/** A tool that the model begins to call. */
interface CallStart {
  readonly toolUseId?: string
  readonly name?: string
}

/** A tool call that is being streamed. */
interface OpenCall {
  /** What a piece of the call's JSON, cut anywhere, adds to the message. */
  add(fragment: string): ChunkDelta | undefined
  end(): ChunkDelta | undefined
}

/** The tool calls of one streamed answer, as what they add to its message. */
export class StreamedCalls {
  readonly #rules: AnswerRules
  readonly #placeOf: (wireName: string) => CallPlace
  /** By `contentBlockIndex`: blocks may interleave. */
  readonly #open = new Map<number, OpenCall>()
  #count = 0
  readonly #aside: string[] = []
  #answersByTool = false
  #calledFunction = false

  constructor(rules: AnswerRules) {
    this.#rules = rules
    this.#placeOf = createCallPlaces(rules)
  }

  /** Calls for the client to answer. */
  get count(): number {
    return this.#count
  }

  /** Whether one came back as the deprecated `function_call`. */
  get calledFunction(): boolean {
    return this.#calledFunction
  }

  /** Whether one is the answer's text. */
  get answersByTool(): boolean {
    return this.#answersByTool
  }

  /** What further calls of the tool that is the answer's text held. */
  get aside(): string {
    return this.#aside.join('')
  }

  begin(block: number, { toolUseId, name: wireName = '' }: CallStart): ChunkDelta | undefined {
    const place = this.#placeOf(wireName)
    if (place === 'leftOut') return undefined
    if (place === 'aside') return this.#keepAside(block)
    if (place === 'content') return this.#answer(block)
    const name = this.#rules.toolNames.fromWire(wireName)
    const id = toolUseId || newToolCallId()
    // Its place among the answer's tool calls: `contentBlockIndex` counts text and reasoning blocks, too.
    const index = this.#count++
    if (place === 'function_call') return this.#callFunction(block, name, wireName)
    if (place === 'custom') {
      this.#open.set(block, customCall(index))
      return { tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] }
    }
    this.#open.set(
      block,
      this.#inputOf(wireName, json => ({ tool_calls: [{ index, function: { arguments: json } }] })),
    )
    return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }
  }

  add(block: number, fragment: string): ChunkDelta | undefined {
    return this.#open.get(block)?.add(fragment)
  }

  end(block: number): ChunkDelta | undefined {
    const call = this.#open.get(block)
    this.#open.delete(block)
    return call?.end()
  }

  /** Ends those whose block never stopped. */
  endAll(): ChunkDelta[] {
    return [...this.#open.keys()].flatMap(block => this.end(block) ?? [])
  }

  #answer(block: number): undefined {
    this.#answersByTool = true
    this.#open.set(
      block,
      (this.#rules.wrappedRoot ? wrappedCall : jsonCall)(content => ({ content })),
    )
  }

  #keepAside(block: number): undefined {
    const at = this.#aside.push('') - 1
    const add = (json: string): undefined => {
      this.#aside[at] += json
    }
    const end = (): undefined => {
      this.#aside[at] ||= '{}'
    }
    this.#open.set(block, { add, end })
  }

  #callFunction(block: number, name: string, wireName: string): ChunkDelta {
    this.#calledFunction = true
    this.#open.set(
      block,
      this.#inputOf(wireName, json => ({ function_call: { arguments: json } })),
    )
    return { function_call: { name, arguments: '' } }
  }

  #inputOf(wireName: string, toDelta: (json: string) => ChunkDelta): OpenCall {
    return (this.#rules.wrappedTools?.has(wireName) ? wrappedCall : jsonCall)(toDelta)
  }
}

/** A tool without arguments streams none, or only empty pieces; clients parse what they concatenated. */
function jsonCall(toDelta: (json: string) => ChunkDelta | undefined): OpenCall {
  let hasArguments = false
  return {
    add(fragment) {
      hasArguments = true
      return toDelta(fragment)
    },
    end: () => (hasArguments ? undefined : toDelta('{}')),
  }
}

function wrappedCall(toDelta: (json: string) => ChunkDelta): OpenCall {
  const unwrapper = createRootUnwrapper()
  const said = (json: string): ChunkDelta | undefined => (json === '' ? undefined : toDelta(json))
  const call = jsonCall(json => said(unwrapper.push(json)))
  return { add: json => call.add(json), end: () => call.end() ?? said(unwrapper.end()) }
}

function customCall(index: number): OpenCall {
  const reader = createCustomInputReader()
  const said = (input: string): ChunkDelta | undefined =>
    input === '' ? undefined : { tool_calls: [{ index, custom: { input } }] }
  return { add: fragment => said(reader.push(fragment)), end: () => said(reader.end()) }
}

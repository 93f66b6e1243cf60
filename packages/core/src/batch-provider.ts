import type { FileContent, ListPage, ListQuery, NewBatch, UploadSettings } from './batch-operations.ts'
import type { Principal } from './principal.ts'
import type { KeptReservation } from './reserved-money.ts'
import type { Target } from './target.ts'
import type { BatchObject, BatchStatus, BatchUsage } from './wire/batch-object.ts'
import type { ChatCompletion } from './wire/chat-completion.ts'
import type { ChatCompletionRequest } from './wire/chat-request.ts'
import type { FileDeleted, FileObject } from './wire/file-object.ts'
import type { Usage } from './wire/usage.ts'

/**
 * Keeps files and runs batches of the models of one provider. What belongs to one tenant is not there for another: of both a foreign
 * and an unknown id it says `not_found`. Every method rejects with a {@link GatewayError}.
 */
export interface BatchProvider {
  /** The id of the provider whose targets it runs. */
  readonly provider: string
  /** Whether an id, by its shape, may be of a file or batch of its own: where it is another's, methods say `not_found`. */
  owns(id: string): boolean
  /** Keeps a file, all or nothing: one that fails on its way, or whose caller leaves, is not there. */
  createFile(upload: BatchUpload, caller: BatchCaller): Promise<FileObject>
  file(id: string, caller: BatchCaller): Promise<FileObject>
  files(query: ListQuery, caller: BatchCaller): Promise<ListPage<FileObject>>
  deleteFile(id: string, caller: BatchCaller): Promise<FileDeleted>
  content(id: string, caller: BatchCaller): Promise<FileContent>
  createBatch(batch: NewBatch, caller: BatchCaller): Promise<BatchObject>
  batch(id: string, caller: BatchCaller): Promise<BatchObject>
  batches(query: ListQuery, caller: BatchCaller): Promise<ListPage<BatchObject>>
  cancelBatch(id: string, caller: BatchCaller): Promise<BatchObject>
  /** Told of its gateway once, at its creation. Batches that were left half done may be taken up from here on. */
  start?(gateway: BatchGateway): void
  /** Takes up nothing new. What is under way goes on until {@link close}. */
  stop?(): void
  close?(): Promise<void>
}

/** Who asks. */
export interface BatchCaller {
  /** Absent where the gateway asks nobody for a key: then all share one place. */
  readonly principal: Principal | undefined
  readonly signal: AbortSignal
  /** Where parameters are put that the upstream cannot be told: they are named to the caller. */
  readonly droppedParams: Set<string>
}

/** A file of requests, checked line by line while it is read. */
export interface BatchUpload extends FileLines {
  readonly filename: string
  readonly settings: () => UploadSettings
}

/** The lines of a file, and what runs them. */
export interface FileLines {
  /** What the lines name as their model. */
  readonly model: string
  /** Which of the provider's models that is. */
  readonly target: Target
  /** In order. Throws `invalid_request` naming the line that is none. */
  readonly lines: AsyncIterable<BatchLine>
}

/** One request of a file. */
export interface BatchLine {
  /** From 1. */
  readonly number: number
  /** Unique in its file. */
  readonly customId: string
  /** The request itself, checked as the door checks a chat; its `model` is the file's. */
  readonly body: ChatCompletionRequest
  /** The line as it came, without its end. */
  readonly bytes: Uint8Array
  readonly bound: LineBound
}

/** The most tokens that a request may use. */
export interface LineBound {
  readonly promptTokens: number
  /** `undefined` where it has no output cap. */
  readonly completionTokens: number | undefined
}

/** What a gateway does for those that run batches. */
export interface BatchGateway {
  /** One request of a batch as a call, through all of the gateway's layers, as its caller's own. */
  chat(request: ChatCompletionRequest, options: BatchCallOptions): Promise<ChatCompletion>
  /**
   * To be asked before a batch is begun: whether its caller may, and its budgets have room for it. A file may have been another key's of
   * the same tenant.
   * @returns what is reserved, to be kept with the batch, and told back by {@link ended} or {@link release}; `undefined` without budgets.
   * @throws {GatewayError} `permission_denied`, `budget_exceeded`, `limits_unavailable`, `invalid_request`; the promise rejects with them.
   */
  admit(batch: BatchSize): Promise<KeptReservation | undefined>
  /** Gives back what was reserved for a batch that was not begun after all. */
  release(reserved: KeptReservation | undefined): void
  /** US dollars at the price of batches; `null` where it is not known. */
  costOf(target: Target, usage: Usage): number | null
  /** To be told once of each batch that has ended: it is reported, counted and logged like a call. */
  ended(batch: EndedBatch): void
  /** Told of what nobody waits for. */
  onError(error: unknown): void
}

/** A batch that is to be begun, and the most it may use. */
export interface BatchSize {
  readonly principal: Principal | undefined
  /** What its lines name. */
  readonly model: string
  readonly target: Target
  readonly requests: number | undefined
  /** Of all prompts. */
  readonly promptTokens: number | undefined
  /** Of all answers; `undefined` where one of them has no cap. */
  readonly completionTokens: number | undefined
  /** The file, where what it may use is not known: read where a budget has to know. */
  readonly content?: (() => AsyncIterable<Uint8Array>) | undefined
  /** Whether the gateway is to make its requests as calls, which budgets charge one by one. Default false. */
  readonly runsAsCalls?: boolean | undefined
}

/** How a request of a batch is made. */
export interface BatchCallOptions {
  readonly principal: Principal | undefined
  readonly signal: AbortSignal
  readonly tags: Readonly<Record<string, string>>
}

/** A batch that has ended, and what it came to. */
export interface EndedBatch {
  readonly id: string
  readonly principal: Principal | undefined
  /** What its lines asked for. */
  readonly model: string
  readonly target: Target
  readonly status: BatchStatus
  readonly usage: BatchUsage | undefined
  /** US dollars; `null` where it is not known: what was reserved then stays charged. */
  readonly costUsd: number | null
  /** What {@link BatchGateway.admit} gave. */
  readonly reserved?: KeptReservation | undefined
}

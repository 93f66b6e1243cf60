/** Where a story's key comes from: a variable of the environment, or a text of its own. */
type StoryKey = 'apiKey' | 'freeKey' | 'healthKey' | 'oncePerMinuteKey' | 'none'

/** One request of the collection, and what must come of it. */
export interface Story {
  readonly name: string
  /** Names method and path by the API's document; `request` stands for it where the document has no such operation. */
  readonly operationId?: string | undefined
  readonly request?: { readonly method: string; readonly path: string } | undefined
  /** For the names in the path's braces. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** What stands behind the path. */
  readonly query?: Readonly<Record<string, string>> | undefined
  /** Behind the stage. */
  readonly stage?: '/v1' | undefined
  /** Default `apiKey`, as `X-API-Key`. */
  readonly key?: StoryKey | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** JSON, or text that is sent as it is; by name, an example of the document's. */
  readonly body?: object | string | undefined
  readonly example?: string | undefined
  /** A line of a file each, which is sent in a form. */
  readonly upload?: readonly object[] | undefined
  /** Default 200. */
  readonly status?: number | undefined
  /** Set in the simulator before, and forgotten after. */
  readonly fault?: object | undefined
  /** JavaScript of Postman's: `[what it shows, statements]`. `body` is the parsed body. */
  readonly tests?: readonly (readonly [name: string, code: string])[] | undefined
}

export interface Folder {
  readonly name: string
  readonly description: string
  readonly stories: readonly Story[]
}

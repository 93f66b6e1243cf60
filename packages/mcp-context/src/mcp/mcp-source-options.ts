import type { Transport } from '@modelgate/core'

/** An MCP server that is reached over streamable HTTP. */
export interface HttpServer {
  /** Such as `https://catalog.example.com/mcp`. Redirects are not followed. */
  readonly url: string | URL
  /** Sent as `Authorization: Bearer …`; an object shows it to nobody else. */
  readonly token?: string | RevealedSecret | undefined
  /** Default: `nodeTransport()`, closed with the source. One that is given is not closed. */
  readonly transport?: Transport | undefined
}

/** An MCP server that is started as a child process and spoken to over its standard input and output. */
export interface ChildServer {
  readonly command: string
  readonly args?: readonly string[] | undefined
  readonly cwd?: string | undefined
  /** Beside `HOME`, `PATH` and the like, which are all that it gets of this process's variables. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** A secret that only its `reveal()` tells. */
export interface RevealedSecret {
  reveal(): string
}

/** What is asked of a tool. */
export interface ToolQuestion {
  /** The one tool that may be called. */
  readonly name: string
  /**
   * `sha256-…` of its description, as {@link toolPin} gives it and health shows it; another is refused. Without one, the first that
   * this source sees is what it holds to.
   */
  readonly pin?: string | undefined
  /** What it is called with. Default: `query` and `limit`. Nothing else leaves for the server. */
  readonly arguments?: ((query: string, options: { readonly limit: number }) => Record<string, unknown>) | undefined
}

/** An MCP server, the tool that is asked, and what it is asked with. */
export interface McpSourceOptions {
  /** Default `mcp`: what it is called in reports, metrics and health. */
  readonly name?: string | undefined
  readonly server: HttpServer | ChildServer
  /** Either a tool to call … */
  readonly tool?: ToolQuestion | undefined
  /** … or the URIs to read, each time all of them; `{query}` in one becomes the query, percent-encoded. */
  readonly resources?: readonly string[] | undefined
  /** Default 1 MiB: an answer of more is refused while it is read, and is not counted against its server: one caller's words may ask for it. */
  readonly maxAnswerBytes?: number | undefined
  /** Default 10,000: what a connection may take, the start of a child process included. */
  readonly connectTimeoutMs?: number | undefined
  /** Default 60,000: how long a tool's description holds as looked at. It is looked at again beside a call, which waits for both. */
  readonly verifyEveryMs?: number | undefined
  /** Milliseconds that never go back; default `performance.now`. */
  readonly now?: (() => number) | undefined
}

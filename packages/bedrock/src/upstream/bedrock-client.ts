/**
 * A `BedrockRuntimeClient` of `@aws-sdk/client-bedrock-runtime`. Described by what is used of it, so that who has no such client
 * needs none of its types.
 */
export interface BedrockClient {
  readonly config: {
    region(): Promise<string>
    credentials?(): Promise<unknown>
  }
  send(command: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>
}

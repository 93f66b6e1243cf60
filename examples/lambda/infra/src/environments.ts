/** One deployment of the gateway. */
export interface Environment {
  readonly name: 'staging' | 'production'
  /** What clients call, once its certificate is given; until then they call CloudFront's own name. */
  readonly domainName: string
}

/** Both are made alike, so that what was tried on staging is what production gets. Put your own names here. */
export const environments: readonly Environment[] = [
  { name: 'staging', domainName: 'staging-ai-gateway.example.com' },
  { name: 'production', domainName: 'ai-gateway.example.com' },
]

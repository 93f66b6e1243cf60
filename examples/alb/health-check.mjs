// Whether the gateway in this container answers: exit code 0 or 1. An image without curl has Node for it.
const { PORT = '8080' } = process.env
const answer = await fetch(`http://127.0.0.1:${PORT}/health`, { signal: AbortSignal.timeout(2_000) }).catch(
  () => undefined,
)
process.exit(answer?.ok ? 0 : 1)

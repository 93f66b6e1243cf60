let jobs: (() => void)[] = []
export function later(job: () => void): void {
  if (jobs.push(job) === 1) setImmediate(run)
}
function run(): void {
  const now = jobs
  jobs = []
  for (let i = 0; i < now.length; i++) now[i]!()
}
let writes: (() => void)[] = []
export function afterAll(job: () => void): void {
  if (writes.push(job) === 1) process.nextTick(runWrites)
}
function runWrites(): void {
  const now = writes
  writes = []
  for (let i = 0; i < now.length; i++) now[i]!()
}

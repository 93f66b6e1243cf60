let turn: Promise<void> | undefined
let takers = 0
export function nextTurn(): Promise<void> {
  if (!turn || ++takers > 64) {
    takers = 0
    const mine: Promise<void> = new Promise(resolve =>
      setImmediate(() => {
        if (turn === mine) turn = undefined
        resolve()
      }),
    )
    turn = mine
  }
  return turn
}
let end: Promise<void> | undefined
export function turnEnd(): Promise<void> {
  end ??= new Promise(resolve =>
    process.nextTick(() => {
      end = undefined
      resolve()
    }),
  )
  return end
}

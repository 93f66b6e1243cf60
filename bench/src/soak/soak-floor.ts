import '../contestants/bare.ts'
import { heldNow } from './held.ts'

/* The floor, which tells what it holds when it is asked. */

process.on('message', () => process.send?.(heldNow()))

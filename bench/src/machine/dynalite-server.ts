import dynalite from 'dynalite'
import { serve } from './serve.ts'

/* A stand-in for DynamoDB, in memory. */

serve(dynalite({ createTableMs: 0 }))

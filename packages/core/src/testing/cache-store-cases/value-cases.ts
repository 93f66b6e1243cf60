import { strict as assert } from 'node:assert'
import { bytesOf, holds, isEmpty, noise, type RigCase } from './cache-store-case.ts'

const minuteMs = 60_000

/** Values, and how long they are there. */
export const valueCases: readonly RigCase[] = [
  {
    name: 'what was never put is not there',
    run: ({ store }) => isEmpty(store, 'key'),
  },
  {
    name: 'what was put comes back, byte by byte, with no owner',
    async run({ store }) {
      for (const length of [0, 1, 1_000, 20_000]) {
        await store.put(`key-${length}`, noise(length), minuteMs)
        await holds(store, `key-${length}`, noise(length))
      }
    },
  },
  {
    name: 'a value of 500,000 bytes comes back, whether or not it can be compressed',
    async run({ store }) {
      await store.put('text', bytesOf('0123456789'.repeat(50_000)), minuteMs)
      await store.put('noise', noise(500_000), minuteMs)
      await holds(store, 'text', bytesOf('0123456789'.repeat(50_000)))
      await holds(store, 'noise', noise(500_000))
    },
  },
  {
    name: 'the later of two values stands, however long they are',
    async run({ store }) {
      const values = [noise(500_000), bytesOf('short'), noise(450_000), bytesOf('shorter')]
      for (const value of values) {
        await store.put('key', value, minuteMs)
        await holds(store, 'key', value)
      }
    },
  },
  {
    name: 'keys are told apart, whatever is in them',
    async run({ store }) {
      const keys = ['a', 'A', 'a ', 'a:b', '{a}', '__proto__', 'constructor', 'ä', 'a#1', '\u{1f511}', 'k'.repeat(512)]
      for (const key of keys) await store.put(key, bytesOf(`of ${key}`), minuteMs)
      for (const key of keys) await holds(store, key, bytesOf(`of ${key}`))
    },
  },
  {
    name: 'a value is there until its time is over, and not a millisecond longer',
    async run({ store, clock }) {
      await store.put('key', bytesOf('value'), minuteMs)
      clock.advance(minuteMs - 1)
      await holds(store, 'key', bytesOf('value'))
      clock.advance(1)
      await isEmpty(store, 'key')
    },
  },
  {
    name: 'to read a value does not lengthen its time, to put it again does',
    async run({ store, clock }) {
      await store.put('read', bytesOf('value'), minuteMs)
      await store.put('put', bytesOf('value'), minuteMs)
      clock.advance(minuteMs / 2)
      await store.get('read')
      await store.put('put', bytesOf('value'), minuteMs)
      clock.advance(minuteMs / 2)
      await isEmpty(store, 'read')
      await holds(store, 'put', bytesOf('value'))
    },
  },
  {
    name: 'what was deleted is not there, and to delete nothing is no error',
    async run({ store }) {
      await store.delete('key')
      await store.put('key', bytesOf('value'), minuteMs)
      await store.delete('key')
      await isEmpty(store, 'key')
    },
  },
  {
    name: 'a value that is too long is refused, and what stood there still stands',
    async run({ store }) {
      const tooLong = new Uint8Array(store.maxValueBytes + 1)
      await store.put('key', bytesOf('value'), minuteMs)
      await refuses(async () => store.put('key', tooLong, minuteMs))
      await refuses(async () => void (await store.claim('claimed', { owner: 'me', value: tooLong, ttlMs: minuteMs })))
      await holds(store, 'key', bytesOf('value'))
      await isEmpty(store, 'claimed')
    },
  },
  {
    name: 'another instance reads what one has put, and what it has deleted no longer',
    async run({ store, other = store }) {
      await store.put('key', noise(450_000), minuteMs)
      await holds(other, 'key', noise(450_000))
      await other.delete('key')
      await isEmpty(store, 'key')
    },
  },
]

function refuses(write: () => Promise<void>): Promise<void> {
  return assert.rejects(write, RangeError)
}

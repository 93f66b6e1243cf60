import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type Product, productSchema } from './product.ts'

/** The two hundred products of this example. */
export const exampleProducts: URL = new URL('../data/products.json', import.meta.url)

/** @throws {Error} that names the file and each fault in it. */
export async function readProducts(file: URL | string = exampleProducts): Promise<readonly Product[]> {
  const parsed = z.array(productSchema).safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.success) throw new Error(`${String(file)} is no list of products:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

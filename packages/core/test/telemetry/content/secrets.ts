import fc from 'fast-check'

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const textOf = (alphabet: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: length, maxLength: length })

/** Random enough to be a secret: of every kind of character. */
const randomOf = (alphabet: string, length: number): fc.Arbitrary<string> =>
  textOf(alphabet, length).filter(text => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text))

const card = textOf('0123456789', 14).chain(tail =>
  fc.constantFrom('4', '5', '3', '6').map(first => {
    const body = first + tail
    for (let check = 0; check < 10; check += 1) {
      const numbers = Array.from(body + String(check), Number).toReversed()
      const sum = numbers.reduce((total, number, at) => {
        if (at % 2 === 0) return total + number
        return total + (number > 4 ? number * 2 - 9 : number * 2)
      }, 0)
      if (sum % 10 === 0) return body + String(check)
    }
    return body
  }),
)

/** Secrets by their kind, each made anew. */
export const secrets: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'an OpenAI key': randomOf(alphanumeric, 48).map(text => `sk-proj-${text}`),
  'a short key': randomOf(alphanumeric, 10).map(text => `sk-${text}7`),
  'a key of ours': randomOf(alphanumeric, 49).map(text => `mg_live_${text}`),
  'an AWS access key id': textOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map(text => `AKIA${text}`),
  'an AWS secret': randomOf(`${alphanumeric}/+`, 40),
  'a JWT': fc
    .tuple(randomOf(`${alphanumeric}_-`, 30), randomOf(`${alphanumeric}_-`, 60), randomOf(`${alphanumeric}_-`, 43))
    .map(([head, claims, signature]) => `eyJ${head}.eyJ${claims}.${signature}`),
  'hexadecimal digits': textOf('0123456789abcdef', 64),
  base64: randomOf(`${alphanumeric}+/`, 43).map(text => `${text}=`),
  'an e-mail address': textOf('abcdefghijklmnopqrstuvwxyz', 8).map(text => `${text}.smith@mail.example.co.uk`),
  'a card': card,
  'a card in groups': card.map(text => text.replace(/(.{4})(?=.)/g, '$1 ')),
}

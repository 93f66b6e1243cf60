import { mcpContext } from '@modelgate/mcp-context'
import { expect } from 'vitest'
import { key, told } from '../front-rig.ts'
import type { FrontStory } from '../front-story.ts'

const kettle = { productId: 'p-1', name: 'Hollin Kettle', price: 49.5, availability: 'in-stock', description: 'Quick' }
const setup = () => ({
  options: {
    context: mcpContext({ source: () => ({ items: [kettle] }), secret: 'a secret of the tests', when: () => true }),
  },
})

/** Facts that are added to prompts. */
export const contextStories: readonly FrontStory[] = [
  ...[false, true].map<FrontStory>(stream => ({
    name: `an answer says which facts were added to its prompt${stream ? ', before its stream' : ''}`,
    setup,
    async tell(rig) {
      const { headers } = await told(rig.chat('Which kettle?', { stream }))
      expect(headers.get('x-modelgate-context')).toMatch(/^hit;items=1;tokens=\d+$/)
      expect(rig.simulator.requests().at(-1)?.body).toContain('Hollin Kettle')
    },
  })),
  {
    name: 'who wants no facts says so in a header',
    setup,
    async tell(rig) {
      const { status } = await told(rig.chat('Which kettle?', { headers: { ...key, 'X-Modelgate-Context': 'Off' } }))
      expect(status).toBe(200)
      expect(rig.simulator.requests().at(-1)?.body).not.toContain('Hollin Kettle')
    },
  },
]

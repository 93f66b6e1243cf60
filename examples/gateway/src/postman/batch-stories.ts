import type { Folder } from './story.ts'

const line = (customId: string, model: string): object => ({
  custom_id: customId,
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model, messages: [{ role: 'user', content: 'Say exactly: hello' }] },
})

/** A file of requests, and the life of a batch that is given up. */
export const batchFolder: Folder = {
  name: 'Files and batches',
  description:
    'Needs `batches` in the configuration. In its order: a file is uploaded, its batch is begun and cancelled, and it is deleted. A provider takes up to a day to run one.',
  stories: [
    {
      name: 'A file of requests',
      operationId: 'createFile',
      upload: [line('first', '{{chatModel}}'), line('second', '{{chatModel}}')],
      tests: [
        ['is kept', "pm.expect(body.object).to.eql('file')"],
        ['is kept for the next requests', "pm.collectionVariables.set('fileId', body.id)"],
      ],
    },
    {
      name: 'A file with a wrong line',
      operationId: 'createFile',
      upload: [line('first', '{{chatModel}}'), line('first', '{{chatModel}}')],
      status: 400,
      tests: [
        ['is refused', "pm.expect(body.error.code).to.eql('invalid_request')"],
        ['names the line', "pm.expect(body.error.message).to.include('2')"],
      ],
    },
    {
      name: 'All files',
      operationId: 'listFiles',
      tests: [
        ['hold the one', "pm.expect(body.data.map(({ id }) => id)).to.include(pm.collectionVariables.get('fileId'))"],
      ],
    },
    {
      name: 'It is looked up',
      operationId: 'retrieveFile',
      params: { id: '{{fileId}}' },
      tests: [['is for batches', "pm.expect(body.purpose).to.eql('batch')"]],
    },
    {
      name: 'What is in it',
      operationId: 'readFile',
      params: { id: '{{fileId}}' },
      tests: [['are its lines', "pm.expect(pm.response.text().trim().split('\\n')).to.have.lengthOf(2)"]],
    },
    {
      name: 'A file that nobody has',
      operationId: 'retrieveFile',
      params: { id: 'file-none' },
      status: 404,
      tests: [['is not found', "pm.expect(body.error.code).to.eql('not_found')"]],
    },
    {
      name: 'A batch is begun',
      operationId: 'createBatch',
      body: { input_file_id: '{{fileId}}', endpoint: '/v1/chat/completions', completion_window: '24h' },
      tests: [
        ['is of this file', "pm.expect(body.input_file_id).to.eql(pm.collectionVariables.get('fileId'))"],
        ['is kept for the next requests', "pm.collectionVariables.set('batchId', body.id)"],
      ],
    },
    {
      name: 'All batches',
      operationId: 'listBatches',
      tests: [
        ['hold the one', "pm.expect(body.data.map(({ id }) => id)).to.include(pm.collectionVariables.get('batchId'))"],
      ],
    },
    {
      name: 'It is cancelled',
      operationId: 'cancelBatch',
      params: { id: '{{batchId}}' },
      tests: [['ends', "pm.expect(body.status).to.be.oneOf(['cancelling', 'cancelled'])"]],
    },
    {
      name: 'How it stands',
      operationId: 'retrieveBatch',
      params: { id: '{{batchId}}' },
      tests: [['is ending', "pm.expect(body.status).to.be.oneOf(['cancelling', 'cancelled'])"]],
    },
    {
      name: 'Its file is deleted',
      operationId: 'deleteFile',
      params: { id: '{{fileId}}' },
      tests: [['is gone', 'pm.expect(body.deleted).to.eql(true)']],
    },
    {
      name: 'The file is there no more',
      operationId: 'retrieveFile',
      params: { id: '{{fileId}}' },
      status: 404,
      tests: [['is not found', "pm.expect(body.error.code).to.eql('not_found')"]],
    },
  ],
}

// DynamoDB's API on a free port, which is the first line of stdout. A process of its own, as a store is.
import dynalite from 'dynalite'

const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1', () => console.log(server.address().port))

export { type NodeHandler, type NodeHandlerOptions, toNodeHandler } from './http/node-front.ts'
export { type NodeTransportOptions, nodeTransport } from './upstream/node-transport.ts'

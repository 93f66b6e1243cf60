/** What a target may lack for a request, in one word. */
export type Capability = 'operation' | 'tools' | 'streaming' | 'images' | 'documents' | 'video' | 'audio' | 'webSearch'

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Core, freePort, type Server, startProgram } from '../machine/processes.ts'
import { completions, embeddings, requestIdHeader } from './answers.ts'

/** nginx with one worker, which is the process itself, so that its id is the one to measure. */
async function startNginx(core: Core, site: (port: number) => string, folder = newFolder()): Promise<Server> {
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/errors crit;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; client_max_body_size 4m; client_body_buffer_size 256k;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      ${site(port)}
    }`,
  )
  return startProgram(['nginx', '-c', file, '-p', folder], core, port)
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'modelgate-bench-'))
}

const asBedrock = `add_header ${requestIdHeader.name} ${requestIdHeader.value};`

/** Answers every completion, and every request for embeddings, at once, with the same bytes. */
export function startCompletionUpstream(): Promise<Server> {
  const folder = newFolder()
  for (const lane of ['openai', 'bedrock'] as const) writeFileSync(join(folder, `${lane}.json`), embeddings(lane))
  return startNginx(
    'load',
    port => `server {
      listen 127.0.0.1:${port} backlog=4096;
      location /v1/ { default_type application/json; return 200 '${completions.openai}'; }
      location /v1/embeddings { return 405; error_page 405 =200 /vectors/openai.json; }
      location ~ /invoke$ { return 405; error_page 405 =200 /vectors/bedrock.json; }
      location /vectors/ { internal; alias ${folder}/; default_type application/json; }
      location = /vectors/bedrock.json { internal; alias ${folder}/bedrock.json; default_type application/json; ${asBedrock} }
      location /model/ { ${asBedrock} default_type application/json; return 200 '${completions.bedrock}'; }
    }`,
    folder,
  )
}

/** A contestant: `proxy_pass` with kept connections, unbuffered as a stream needs it. */
export function startNginxProxy(upstream: string, path: string): Promise<Server> {
  return startNginx(
    'contestant',
    port => `upstream answers { server ${new URL(upstream).host}; keepalive 1024; keepalive_requests 1000000000; }
    server {
      listen 127.0.0.1:${port} backlog=4096;
      location / {
        proxy_pass http://answers${path}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
        proxy_read_timeout 1h;
      }
    }`,
  )
}

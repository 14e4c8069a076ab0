// Configuration files of the servers that want one, written to build/bench.

import { writeFileSync } from "node:fs";
import { WORK } from "./site.js";

export function write(name, text) {
  writeFileSync(WORK + name, text);
  return WORK + name;
}

const isRoot = process.getuid() === 0;

// open_file_cache is the usual tuning: descriptors and sizes of files are kept, not looked up.
export const nginx = ({ root, port, work }, user) => `
daemon off;
${isRoot ? `user ${user};` : ""}
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${work}nginx.pid;
error_log stderr crit;
events { worker_connections 16384; multi_accept on; }
http {
  types { text/html html; image/jpeg jpg; }
  charset utf-8;
  access_log off;
  log_not_found off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_timeout 300;
  keepalive_requests 1000000000;
  reset_timedout_connection on;
  open_file_cache max=20000 inactive=300s;
  open_file_cache_valid 60s;
  open_file_cache_min_uses 1;
  open_file_cache_errors on;
  client_body_temp_path ${work}nginx-body;
  proxy_temp_path ${work}nginx-proxy;
  fastcgi_temp_path ${work}nginx-fastcgi;
  uwsgi_temp_path ${work}nginx-uwsgi;
  scgi_temp_path ${work}nginx-scgi;
  server { listen 127.0.0.1:${port} backlog=511; root ${root}; }
}
`;

// max-keep-alive-requests is a 16-bit number in lighttpd: one new connection in 65,535 requests.
// It wants two descriptors for each connection, and may raise its own limit if it is root.
export const lighttpd = ({ root, port }) => `
server.document-root = "${root}"
server.bind = "127.0.0.1"
server.port = ${port}
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = 300
server.max-fds = 32768
server.max-connections = 16384
server.listen-backlog = 511
mimetype.assign = ( ".html" => "text/html; charset=utf-8", ".jpg" => "image/jpeg" )
`;

export const h2o = ({ root, port }, user) => `
${isRoot ? `user: ${user}` : ""}
num-threads: 1
max-connections: 16384
http1-request-timeout: 300
tcp-fastopen: 0
listen: { host: 127.0.0.1, port: ${port} }
file.etag: ON
hosts:
  default:
    paths:
      /: { file.dir: ${root} }
`;

export const caddy = ({ root, port }) => `
{
  admin off
  auto_https off
  log {
    output discard
  }
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  root * ${root}
  file_server
}
`;

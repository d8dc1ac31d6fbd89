/** A static file server that records the requests, and sends what the page's `_headers` says. */

import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Where a tab tells its test something. */
const TOLD = "/told";

/** At the end of the path of a module that runs before another one. */
const FIRST = ".first";

/** The headers for the files of a folder: those of its `_headers`, if it has one. @param {string} folder @returns {Record<string, string>} */
export function headersOf(folder) {
  const file = join(folder, "_headers");
  const text = statSync(file, { throwIfNoEntry: false }) ? readFileSync(file, "utf8") : "";
  return Object.fromEntries([...text.matchAll(/^ +([\w-]+): *(.*)$/gm)].map(([, name, value]) => [name, value]));
}

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {string[]} requests
 * @property {RegExp | null} missing paths that are answered as if there were no such file
 * @property {boolean} offline whether the page may use its service worker; at first it is told not to, as by the development server
 * @property {() => Promise<void>} close
 *
 * @param {Record<string, string>} mounts folders by URL prefix, the longest prefix wins: `{ "/": "dist" }`
 * @param {object} [options]
 * @param {Record<string, string>} [options.first] code that a module runs before its own and before what it imports, by path
 * @param {(told: any) => void} [options.hears] is called with what a tab asks `/told?` for, as JSON
 * @param {Record<string, string>} [options.headers] what is sent with each file in place of what `_headers` says
 * @param {boolean} [options.cached] whether a browser may keep the files; otherwise every load is like a first visit
 * @returns {Promise<Server>}
 */
export async function serve(mounts, { first = {}, hears, headers, cached = false } = {}) {
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  const sent = Object.fromEntries(prefixes.map((prefix) => [prefix, headers ?? headersOf(mounts[prefix])]));
  const running = { url: "", requests: /** @type {string[]} */ ([]), missing: null, offline: false };
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url, "http://localhost");
    const path = normalize(decodeURIComponent(pathname));
    if (hears && path === TOLD) {
      hears(JSON.parse(decodeURIComponent(search.slice(1))));
      return void response.writeHead(204).end();
    }
    running.requests.push(path);
    const prefix = prefixes.find((start) => path.startsWith(start));
    const file = prefix ? join(mounts[prefix], path.endsWith("/") ? "index.html" : path.slice(prefix.length)) : "";
    const code = path.endsWith(FIRST) && first[path.slice(0, -FIRST.length)];
    if (code) return void response.writeHead(200, { "Content-Type": TYPES[".js"] }).end(code);
    if (running.missing?.test(path) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    const told = running.offline ? {} : { "Server-Timing": "no-service-worker" };
    response.writeHead(200, { ...sent[prefix], "Content-Type": type, "Cache-Control": cached ? "max-age=600" : "no-store", ...told });
    if (first[path]) response.write(`import ${JSON.stringify(path + FIRST)};`);
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  running.url = `http://127.0.0.1:${server.address().port}/`;
  return Object.assign(running, { close });
}

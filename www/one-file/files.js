/**
 * The page in one file has its own files inside, and this is what a server is elsewhere. `scripts/one-file` puts `fileAt` in the place
 * of `new URL(…, import.meta.url)`, and `fetch` and `Worker` in the place of the browser's.
 */

/** What begins the address of a file that is not inside. */
const MISSING = "tabfit:/";

/** The end of the names of programs for browsers without relaxed SIMD, for which the page in one file has no room. */
const PLAIN = /_plain_bg\.wasm$/;

/** The files by their paths in the page. @type {Map<string, Blob>} */
let files = new Map();

/** The addresses of those that were asked for. @type {Map<string, string>} */
const addresses = new Map();

/** Has the page, or a worker of it, use these files. @param {Map<string, Blob>} inside */
export function receive(inside) {
  files = inside;
}

/**
 * The address of a file, the same each time.
 *
 * @param {string} path
 * @param {string} script the path of the script that `path` is relative to
 */
export function fileAt(path, script) {
  const address = new URL(path, MISSING + script);
  const file = files.get(address.pathname.slice(1));
  if (file && !addresses.has(address.href)) addresses.set(address.href, URL.createObjectURL(file));
  return new URL(addresses.get(address.href) ?? address);
}

/**
 * @param {string | URL} address
 * @param {RequestInit} [options]
 */
export async function fetch(address, options) {
  if (PLAIN.test(String(address))) throw new TypeError("the page in one file needs a newer browser: Chrome 114, Firefox 145, or a later one");
  if (String(address).startsWith(MISSING)) throw new TypeError("it is in tabfit-pretrained.html and not in this file");
  return globalThis.fetch(address, options);
}

/**
 * A worker is a plain script, because Chromium starts no module from a page of the disk. Its first message has the files: the worker
 * has an origin of its own there, to which the addresses of the page mean nothing.
 */
export class Worker extends globalThis.Worker {
  /** @param {string | URL} address @param {WorkerOptions} options */
  constructor(address, { name }) {
    super(address, { name });
    this.postMessage(files);
  }
}

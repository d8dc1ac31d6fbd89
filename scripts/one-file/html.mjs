/** Makes a page that names no other file: styles and script are inside, and a policy that allows these alone, by their hashes. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/**
 * @typedef {object} Inside
 * @property {string} script
 * @property {string} style
 * @property {string} icon an SVG
 * @property {string[]} blocks of the files that the page asks for
 */

const TYPES = { css: "text/css", js: "text/javascript", json: "application/json", wasm: "application/wasm" };

/**
 * @param {string} html of the page in its folder
 * @param {Inside} inside
 */
export function oneFile(html, { script, style, icon, blocks }) {
  const policy = `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; worker-src blob:; style-src ${hash(style)}; `
    + "img-src blob: data:; connect-src blob:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types tabfit";
  const made = [
    [/(http-equiv="Content-Security-Policy" content=)"[^"]*"/, `$1"${policy}"`],
    [/ *<link rel="stylesheet"[^]*<link rel="stylesheet"[^>]*>/, () => `<style id="one-file">${style}</style>`],
    [/( *<script type="module"[^>]*><\/script>\n)+/, ""],
    [/"favicon\.svg"/g, `"data:image/svg+xml;base64,${Buffer.from(icon).toString("base64")}"`],
  ].reduce((text, [old, replacement]) => replaced(text, old, replacement), html);
  const other = /<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(?!data:)([^"]*)"/.exec(made);
  if (other) throw new Error(`index.html names ${other[1]}, which is not inside the page in one file; put it in by scripts/one-file/html.mjs.`);
  return replaced(made, /<\/body>/, () => `${blocks.join("\n")}\n<script>${script}</script>\n</body>`);
}

/** @param {string} text @param {RegExp} old @param {string | (() => string)} replacement */
function replaced(text, old, replacement) {
  if (text.search(old) < 0) throw new Error(`index.html has no ${old} any more; change scripts/one-file/html.mjs as index.html was changed.`);
  return text.replace(old, replacement);
}

/** @param {string} text */
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** A file as a block of data, which a browser neither runs nor shows. @param {string} path @param {Buffer | string} bytes */
export function block(path, bytes) {
  const type = TYPES[path.split(".").at(-1)] ?? "application/octet-stream";
  return `<script type="application/gzip" data-path="${path}" data-type="${type}">${gzipSync(bytes, { level: 9 }).toString("base64")}</script>`;
}

/** Every other computer that a page could speak to: a proxy that hears all requests but those to the test's own server. */

import { createServer } from "node:http";

/** Chromium itself asks there what the fields of a form may be called, for its own suggestions; no page can cause or read that. */
const BROWSERS_OWN = /^content-autofill\.googleapis\.com:443$/;
/** With a profile it also asks its maker for updates and accounts, whatever page is open. */
export const OWN_WITH_PROFILE = /^(http:\/\/)?[\w.-]+\.(google|googleapis|gvt1)\.com(:|\/)/;

/**
 * @typedef {object} Elsewhere
 * @property {string[]} heard method and address of each request, in their order; of an encrypted one the host alone
 * @property {(own: string) => { server: string, bypass: string }} proxy what Playwright's context needs, beside the test's own server
 * @property {() => Promise<void>} close
 *
 * @param {RegExp} [own] addresses that the browser asks by itself
 * @returns {Promise<Elsewhere>}
 */
export async function elsewhere(own = BROWSERS_OWN) {
  /** @type {string[]} */
  const heard = [];
  const note = ({ method, url }) => own.test(url) || heard.push(`${method} ${url}`);
  const server = createServer((request, response) => {
    note(request);
    response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Content-Type": "text/plain" }).end("heard");
  });
  server.on("connect", (request, socket) => { // before an encrypted request, and before a WebSocket
    note(request);
    socket.on("error", () => {}).end("HTTP/1.1 403 Forbidden\r\n\r\n", () => socket.destroy()); // a half-closed one would keep the process
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    heard,
    proxy: (own) => ({ server: `http://127.0.0.1:${server.address().port}`, bypass: new URL(own).host }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

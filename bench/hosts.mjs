/** Opens the host that is asked for. What drives a browser is loaded only for one, so that Node needs none of it. */

import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * @param {boolean} node instead of a browser
 * @param {string} url of the bench's server
 * @returns {Promise<import("./host.mjs").Host>}
 */
export async function openHost(node, url) {
  if (node) return (await import("./node.mjs")).Node.open(url);
  return (await import("./browser.mjs")).Browser.open(url);
}

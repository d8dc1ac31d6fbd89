/**
 * Starts workers, and only from the page's own scripts. Where the browser has trusted types, the policy "tabfit" of index.html
 * makes their addresses, and the browser takes no script from any other address.
 */

/**
 * What is used of `TrustedTypePolicyFactory`, which TypeScript does not know yet. What a policy makes is an object of its own kind.
 * @typedef {{ createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } }} TrustedTypes
 */

/** Every script that a worker may have, from the folder of index.html. */
export const SCRIPTS = /** @type {const} */ (["convert.js", "js/helper.js", "js/spin.js", "js/worker.js", "sw.js"]);
const addressOf = (/** @type {string} */ script) => new URL(`../../${script}`, import.meta.url).href;
const addresses = new Set(SCRIPTS.map(addressOf));

/** @param {string} url */
function createScriptURL(url) {
  if (!addresses.has(url)) throw new TypeError(`${url} is no script of this page`);
  return url;
}

const { trustedTypes } = /** @type {{ trustedTypes?: TrustedTypes }} */ (/** @type {unknown} */ (globalThis));
const policy = trustedTypes?.createPolicy("tabfit", { createScriptURL }) ?? { createScriptURL };

/**
 * The address of a script for what the browser starts itself, as the service worker.
 *
 * @param {typeof SCRIPTS[number]} script
 */
export const ownAddress = (script) => policy.createScriptURL(addressOf(script));

/**
 * A new worker, which loads its script at once.
 *
 * @param {typeof SCRIPTS[number]} script
 * @param {string} name for the browser's tools
 * @returns {Worker} throws a `TypeError` for a script that is not in the list
 */
export const ownWorker = (script, name) => new Worker(ownAddress(script), { type: "module", name });

/** Where each contender works: most in the host's realms, some in their own. */

import { KerasRealm } from "./keras-realm.mjs";
import { PartsRealm } from "./parts-realm.mjs";

/**
 * @param {import("./host.mjs").Host} host
 * @param {import("./contenders.mjs").ContenderLine} line
 * @returns {Promise<import("./host.mjs").Realm>}
 */
export async function realmOf(host, { script, parts }) {
  if (script === "keras") return new KerasRealm();
  return parts ? PartsRealm.open(host, script, parts) : host.open(script);
}

/**
 * Where contenders work: a browser, or Node with WebGPU.
 *
 * @typedef {object} Host
 * @property {string} name and version
 * @property {Adapter | null} adapter of WebGPU
 * @property {(script: string) => Promise<Realm>} open starts a new realm for one contender, with nothing cached
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Realm
 * @property {(command: string, settings: object, ms: number) => Promise<any>} ask gives up after `ms`
 * @property {() => Promise<void>} close
 *
 * @typedef {{ name: string, fallback: boolean }} Adapter
 */

const MINUTE = 60_000;

/** @param {Host} host @returns {Promise<Adapter | null>} the adapter that a library would get */
export async function adapterOf(host) {
  const realm = await host.open("peak.js");
  try {
    return (await realm.ask("open", {}, MINUTE)).device;
  } finally {
    await realm.close();
  }
}

/** @param {Host} host @returns {Promise<number | null>} the peak speed of its adapter in FLOP/s; `null` without one */
export async function peakOf(host) {
  if (!host.adapter) return null;
  const realm = await host.open("peak.js");
  try {
    await realm.ask("open", {}, MINUTE);
    return await realm.ask("peak", {}, MINUTE);
  } finally {
    await realm.close();
  }
}

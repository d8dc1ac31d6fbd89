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

import { GivenUp } from "./patience.mjs";

const MINUTE = 60_000;
/** A driver that is silent for so long stays silent, as Mesa's llvmpipe does under Chromium's Vulkan. */
const ANSWER_MS = 5000;

/**
 * @param {Host} host
 * @returns {Promise<Adapter | null>} the adapter that a library would get; `null` also if asking for it has no end
 */
export async function adapterOf(host) {
  const realm = await host.open("peak.js");
  try {
    await realm.ask("ready", {}, MINUTE); // loading the script is not the driver's time
    return (await realm.ask("open", {}, ANSWER_MS)).device;
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
    console.error(`${host.name}: asked for a WebGPU adapter, the GPU's driver is silent (${error.message}).`);
    return null;
  } finally {
    await realm.close();
  }
}

/** @param {Host} host @returns {Promise<number | null>} the peak speed of its adapter in FLOP/s; `null` without one */
export async function peakOf(host) {
  return host.adapter ? peakBy("peak.js", host) : null;
}

/** @param {Host} host @returns {Promise<number>} the peak speed of one thread of the processor in FLOP/s, for programs of a browser */
export const cpuPeakOf = (host) => peakBy("cpu-peak.js", host);

async function peakBy(script, host) {
  const realm = await host.open(script);
  try {
    await realm.ask("open", {}, MINUTE);
    return await realm.ask("peak", {}, MINUTE);
  } finally {
    await realm.close();
  }
}

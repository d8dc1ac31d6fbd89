import { bytesOf, textOf } from "./opfs.js";

/**
 * @import { Change, EpochRecord, RunManifest } from "../../../tabfit.js"
 * @typedef {object} Header
 * @property {{ imageSize: number }} model
 * @property {string[]} classNames
 * @property {{ epoch: number, config: { epochs: number } } | null} [place] of an interrupted run
 * @property {{ epochs: [epoch: number, logs: Record<string, number | string>][], notes: string[], changes?: Change[], reading: string } | null} [history]
 *   what is not finite is a string
 * @property {RunManifest | null} [manifest]
 */

/**
 * What a `.tabfit` file says about itself, read without its tensors: a safetensors file begins with the length of its
 * header in 8 bytes, and the header's entry "tabfit" is JSON.
 *
 * @param {Blob} file
 * @returns {Promise<Header>}
 */
export async function headerOf(file) {
  const length = new DataView((await bytesOf(file.slice(0, 8))).buffer).getUint32(0, true);
  const { __metadata__: metadata } = JSON.parse(await textOf(file.slice(8, 8 + length)));
  return JSON.parse(metadata.tabfit);
}

/** The numbers of its epochs; what was not finite is null. @param {Header} header */
export const recordsOf = ({ history }) => (history?.epochs ?? []).map(([epoch, logs]) => {
  const numbers = Object.entries(logs).map(([name, value]) => [name, typeof value === "number" ? value : null]);
  return /** @type {EpochRecord} */ ({ ...Object.fromEntries(numbers), epoch });
});

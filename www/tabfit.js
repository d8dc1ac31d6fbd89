/** tabfit as a package: `init` loads the part of the program that fits this browser, and fills in the other exports. */

import { convert, decode, decodeClinic, loadPart, program as importProgram, readFile, writeFile } from "./parts.js";
import { pretrained } from "./pretrained.js";

/** @typedef {typeof import("./webgpu/tabfit.js")} Program */

export let /** @type {Program["Dataset"]} */ Dataset;
export let /** @type {Program["ImageFolder"]} */ ImageFolder;
export let /** @type {Program["Sequential"]} */ Sequential;
export let /** @type {Program["ZipFolder"]} */ ZipFolder;
export let /** @type {Program["gpuInfo"]} */ gpuInfo;
export let /** @type {Program["historyCsv"]} */ historyCsv;
export let /** @type {Program["joinCheckpoint"]} */ joinCheckpoint;
export let /** @type {Program["kerasCode"]} */ kerasCode;
export let /** @type {Program["onFatal"]} */ onFatal;
export let /** @type {Program["preset"]} */ preset;
export let /** @type {Program["presets"]} */ presets;
export let /** @type {Program["reportGpuFault"]} */ reportGpuFault;
export let /** @type {Program["serve"]} */ serve;
export let /** @type {Program["startWorkers"]} */ startWorkers;
export let /** @type {Program["summarize"]} */ summarize;
export let /** @type {Program["zipFiles"]} */ zipFiles;

/** See `tabfit.d.ts`. */
export default async function init({ device = "auto", module, signal, onProgress, converter } = {}) {
  const loaded = module ? { device, module, adapter: null, reason: "" } : await loadPart(device, { signal, onProgress });
  const program = await importProgram(loaded.device);
  signal?.throwIfAborted();
  const { memory } = await program.default({ module_or_path: loaded.module });
  const late = /** @type {any} */ (program); // not for others, so its types are left out
  late.setDecoders(decode, decodeClinic);
  late.setConverter((/** @type {[any, any, any]} */ ...given) => convert(...given, converter));
  late.setFormats(readFile, writeFile);
  late.setPretrained(pretrained);
  ({ Dataset, ImageFolder, Sequential, ZipFolder } = program);
  ({ gpuInfo, historyCsv, joinCheckpoint, kerasCode, onFatal, preset, presets, reportGpuFault } = program);
  ({ serve, startWorkers, summarize, zipFiles } = program);
  return { device: loaded.device, memory, adapter: loaded.adapter, reason: loaded.reason };
}

/** See `tabfit.d.ts`. @param {Parameters<typeof import("./handover.js").exportRun>} given */
export const exportRun = async (...given) => (await import("./handover.js")).exportRun(...given);

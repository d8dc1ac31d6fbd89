import type { CallOptions, Dataset, DeviceChoice, DeviceKind, ModelFile, Sequential } from "./webgpu/tabfit.js";

export * from "./webgpu/tabfit.js";

export interface InitOptions {
  /**
   * Which part of the program is loaded: "cpu" trains on the CPU, "webgpu" on both. "auto", the default, is the part with
   * WebGPU if there is an adapter that is not software, else the smaller part for the CPU.
   */
  device?: DeviceChoice;
  /** The compiled wasm of that part, if there is one already; then nothing is loaded. */
  module?: WebAssembly.Module;
  /** Once it is aborted, `init` rejects with its reason, an `AbortError` if no other one was given, and the exports stay as they were. */
  signal?: AbortSignal | null;
  /** Gets the bytes that have come, and how many there will be; null if the server does not say. */
  onProgress?: ((loaded: number, total: number | null) => void) | null;
  /**
   * Starts `convert.js` of this package as a module worker. It is needed only on a page that requires trusted types, where the
   * address of the script has to go through the page's own policy.
   */
  converter?: () => Worker;
}

export interface Loaded {
  /** "webgpu" if the part that was loaded can train on WebGPU. */
  device: DeviceKind;
  memory: WebAssembly.Memory;
  /** The WebGPU adapter that was found while a part was chosen, and whether it is software. */
  adapter: { name: string; software: boolean } | null;
  /** Why there is no adapter, or why its part could not be loaded; empty otherwise. */
  reason: string;
}

/**
 * Loads tabfit. All other exports are undefined before. May be called again for the other part: the exports are then
 * that part's, and what was made before stays with the old one.
 *
 * Rejects with an `Error` if the part cannot be loaded.
 */
export default function init(options?: InitOptions): Promise<Loaded>;

/**
 * The run of a network as a Python program for Keras 3 that goes on with it on another machine: the files of one folder, of which
 * README.md says how to use them. A run that was stopped goes on at its next step, another one after its last epoch.
 *
 * Rejects with `DatasetError` if the network was not trained here, or `dataset` is not the one that `fit` got or came as pixels,
 * with an `Error` if the part of the program for it could not be loaded, and with the reason of `signal` if it is aborted.
 * `onProgress` counts the three pieces of it: the state of the run, the network, and the program.
 */
export function exportRun(network: Sequential, dataset: Dataset, options?: CallOptions | null): Promise<ModelFile[]>;

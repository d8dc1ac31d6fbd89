/** Compiled and never run: what takes long takes `{ signal, onProgress }` among its options. */

import init, { Dataset, exportRun, Sequential, startWorkers, zipFiles } from "../../pkg/tabfit.js";
import type { CallOptions, FitOptions, FolderOptions, OpenOptions, ResumeOptions } from "../../pkg/tabfit.js";
import { compile } from "../../pkg/wasm.js";

export async function everySignal(files: FileList, folder: Dataset, network: Sequential, signal: AbortSignal): Promise<void> {
  const bytes = (loaded: number, total: number | null) => console.log(loaded, total ?? "");
  const watch: CallOptions = { signal, onProgress: (done: number, total: number) => console.log(done / total) };
  await init({ signal, onProgress: bytes });
  await compile("cpu", { signal, onProgress: bytes });
  await startWorkers(() => new Worker("helper.js"), null, watch);
  const reading: FolderOptions = { imageSize: 64, ...watch };
  await Dataset.fromFolder(files, reading);
  await Sequential.create("small", folder, { device: "cpu", signal, onProgress: bytes });
  const opening: OpenOptions = { device: "cpu", ...watch };
  await Sequential.load(new Uint8Array(1), opening);
  await Sequential.import(await network.export("tflite", watch), { signal });
  await network.loadKerasWeights(new Uint8Array(1), watch);
  const training: FitOptions = { epochs: 2, callbacks: [{ type: "TerminateOnNaN" }], ...watch };
  await network.fit(folder, training);
  console.log(network.needs(folder, training).batchSize);
  const going: ResumeOptions = { callbacks: [{ onTrainEnd: () => {} }], ...watch };
  await network.resume(folder, going, (event) => console.log(event.type));
  await network.remember(folder, watch);
  await network.predict([new Blob()], watch);
  await network.evaluate(folder, "test", { details: true, ...watch });
  await exportRun(network, folder, watch);
  const packed: Blob = await zipFiles(["a"], [new Blob()], watch);
  console.log(packed.size);
}

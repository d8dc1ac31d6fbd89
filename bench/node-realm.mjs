/** Gives a contender in Node what a browser's worker has: WebGPU, messages, workers, and addresses relative to the server. */

import { existsSync, readFileSync } from "node:fs";
import { register } from "node:module";
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { isMainThread, parentPort, Worker as Thread, workerData } from "node:worker_threads";
import { simdModule } from "./simd.js";

register("./node-modules.mjs", import.meta.url);

const [url, script, ...dawn] = isMainThread ? process.argv.slice(2) : workerData;
const port = isMainThread ? process : parentPort;
const nodeFetch = fetch;
// Only the contender itself uses a GPU, not its helpers.
const gpu = isMainThread ? await import("webgpu") : null;

// Node 20 knows relaxed SIMD and leaves it off; a browser of its time has it.
if (!WebAssembly.validate(simdModule(1, 1, true))) setFlagsFromString("--experimental-wasm-relaxed-simd");

/** Begins with the nanoseconds that the thread which reads it had of a processor. Only Linux has it. */
const OWN_TIME = "/proc/thread-self/schedstat";

class Worker {
  constructor(address) {
    this.thread = new Thread(new URL(import.meta.url), { workerData: [url, new URL(address, url).href] });
    this.thread.on("message", (data) => this.onmessage?.({ data }));
    this.thread.on("error", (error) => this.onerror?.({ message: error.message }));
  }
  postMessage(data, transfer) {
    this.thread.postMessage(data, transfer);
  }
  terminate() {
    void this.thread.terminate();
  }
}

class Scope {
  static [Symbol.hasInstance]() {
    return true;
  }
}

Object.assign(globalThis, gpu?.globals, {
  self: globalThis,
  Worker,
  // Libraries look for this to find out whether they are in a worker.
  WorkerGlobalScope: Scope,
  DedicatedWorkerGlobalScope: Scope,
  threadMs: existsSync(OWN_TIME) ? () => Number.parseInt(readFileSync(OWN_TIME, "utf8"), 10) / 1e6 : undefined,
  fetch: (what, options) => nodeFetch(typeof what === "string" ? new URL(what, url) : what, options),
  postMessage: (data, transfer) => (isMainThread ? process.send(data) : port.postMessage(data, transfer)),
});
Object.defineProperty(globalThis, "navigator", {
  value: { gpu: gpu?.create(dawn), hardwareConcurrency: availableParallelism(), userAgent: `Node ${process.versions.node}` },
});

const early = [];
const keep = (data) => early.push(data);
port.on("message", keep);
await import(new URL(script, `${url}bench/`).href);
port.off("message", keep);
const hear = (data) => globalThis.onmessage({ data });
early.forEach(hear);
port.on("message", hear);

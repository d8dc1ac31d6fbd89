/**
 * The trainer worker: starts the part of the program that the page sends, and answers each command of the page with one reply or
 * one error.
 */

import { program } from "../parts.js";
import init, { onFatal, reportGpuFault } from "../tabfit.js";
import { ownWorker } from "./shared/own-worker.js";
import { watchGpu } from "./worker/gpu.js";
import { handlers, transfers } from "./worker/handlers.js";
import { sendEvent, state } from "./worker/state.js";

/**
 * @import { Device, Part } from "../parts.js"
 * @import { Command, WorkerMessage } from "./shared/protocol.js"
 */

/** @type {PromiseWithResolvers<Part>} */
const part = Promise.withResolvers();
const ready = part.promise.then(async (received) => {
  state.part = received;
  await init({ ...received, converter: () => ownWorker("convert.js", "tabfit converter") });
  onFatal((message) => post({ kind: "fatal", message }));
});
ready.catch((error) => post({ kind: "fatal", message: `its program did not start (${nameAndMessage(error).message})` }));
watchGpu((fault) => ready.then(() => {
  reportGpuFault(fault);
  sendEvent({ type: "gpu-failed" });
}));

// Registered before the wasm is ready, so that commands sent early wait instead of being lost.
self.onmessage = async (/** @type {MessageEvent<{ coming: Device } | { part: Part } | { id: number, command: Command }>} */ { data }) => {
  if ("coming" in data) return void program(data.coming).catch(() => {}); // `init` reports it
  if ("part" in data) return part.resolve(data.part);
  const { id, command } = data;
  // TypeScript cannot see that the handler for a command's type accepts that command.
  const handler = /** @type {(command: Command) => Promise<any>} */ (handlers[command.type]);
  const transfer = /** @type {((reply: any) => Transferable[]) | undefined} */ (transfers[command.type]);
  try {
    await ready;
    const value = await handler(command);
    self.postMessage({ kind: "reply", id, value }, { transfer: transfer?.(value) ?? [] });
  } catch (error) {
    // After a trap (out of memory, a panic) the wasm is in an unknown state; any other error is a normal answer.
    if (error instanceof WebAssembly.RuntimeError) post({ kind: "fatal", message: error.message });
    else post({ kind: "error", id, error: nameAndMessage(error) });
  }
};

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  post({ kind: "fatal", message: nameAndMessage(event.reason).message });
});

/** @param {WorkerMessage} message */
function post(message) {
  self.postMessage(message);
}

/** @param {unknown} error */
function nameAndMessage(error) {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: "Error", message: String(error) };
}

/** Runs the example as WebAssembly: node convolutions/examples/efficientnet/run.mjs [FILE]. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
const file = process.argv[2] ?? join(target, "wasm32-unknown-unknown/release/examples/efficientnet.wasm");
const machine = {
  /** Of the processor, so that other programs do not count. */
  milliseconds() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  print: (start, length) => console.log(new TextDecoder().decode(new Uint8Array(memory.buffer, start, length))),
};
const { instance } = await WebAssembly.instantiate(readFileSync(file), { machine });
const { memory, main } = instance.exports;
main(0, 0);

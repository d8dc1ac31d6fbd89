/** Keras in a process of its own, which answers one command at a time. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { within } from "../patience.mjs";

const SCRIPT = fileURLToPath(new URL("keras_side.py", import.meta.url));

export class Keras {
  /** @param {string} inputs the folder that both sides read */
  constructor(inputs) {
    const python = process.env.ROUNDTRIP_PYTHON ?? "python3";
    this.process = spawn(python, [SCRIPT, inputs], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.ended = new Promise((resolve) => this.process.on("close", resolve));
  }

  async ask(command, settings, ms) {
    this.process.stdin.write(`${JSON.stringify({ command, settings })}\n`);
    const { done, value } = await within(ms, this.lines.next());
    if (done) throw new Error("Keras has ended");
    const { answer, error } = JSON.parse(value);
    if (error) throw new Error(`Keras: ${error}`);
    return answer;
  }

  async close() {
    this.process.stdin.end();
    await this.ended;
  }
}

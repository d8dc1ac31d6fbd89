/** A script of Python in a process of its own, which answers one command at a time, as answers.py does. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./hosts.mjs";
import { within } from "./patience.mjs";

/** The program: the one that is named, else the one with the packages of the round trips, else any. */
export function python() {
  const installed = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "roundtrip-venv/bin/python");
  return process.env.ROUNDTRIP_PYTHON ?? (existsSync(installed) ? installed : "python3");
}

export class Python {
  /**
   * @param {string} name for errors
   * @param {string} script
   * @param {string[]} [more] arguments
   */
  constructor(name, script, more = []) {
    this.name = name;
    this.process = spawn(python(), [script, ...more], { stdio: ["pipe", "pipe", "inherit"] });
    this.process.stdin.on("error", () => {}); // a process that has ended is told by its missing answer
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.ended = new Promise((resolve) => this.process.on("error", resolve).on("close", resolve));
  }

  async ask(command, settings, ms) {
    this.process.stdin.write(`${JSON.stringify({ command, settings })}\n`);
    const { done, value } = await within(ms, this.lines.next());
    if (done) throw new Error(`${this.name} has ended`);
    const { answer, error } = JSON.parse(value);
    if (error) throw new Error(`${this.name}: ${error}`);
    return answer;
  }

  /** Nothing has to be saved, and a process that was given up does not read that it should end. */
  async close() {
    this.process.kill("SIGKILL");
    await this.ended;
  }
}

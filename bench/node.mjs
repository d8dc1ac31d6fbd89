/**
 * Runs contenders in Node, on a machine with a GPU and no browser. WebGPU is Dawn, as in Chromium; the scripts are those
 * of the browser, from the same server.
 */

import { fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { adapterOf } from "./host.mjs";
import { within } from "./patience.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SOFTWARE = ["/usr/lib/chromium", "/opt/google/chrome"].find((folder) => existsSync(join(folder, "vk_swiftshader_icd.json")));
/** The environment in which Dawn finds the GPU in software that comes with a browser. */
export const softwareGpu = () => (SOFTWARE ? { VK_ICD_FILENAMES: join(SOFTWARE, "vk_swiftshader_icd.json"), LD_LIBRARY_PATH: SOFTWARE } : {});

/** @implements {import("./host.mjs").Host} */
export class Node {
  /** @param {string} url of the bench's server */
  static async open(url) {
    const found = new Node(url, {});
    found.adapter = await adapterOf(found);
    if (found.adapter || !SOFTWARE) return found;
    const inSoftware = new Node(url, softwareGpu());
    inSoftware.adapter = await adapterOf(inSoftware);
    return inSoftware;
  }

  /**
   * @param {string} url
   * @param {Record<string, string>} environment
   * @param {string[]} [dawn] options of Dawn
   */
  constructor(url, environment, dawn = []) {
    this.url = url;
    this.environment = environment;
    this.dawn = dawn;
    this.adapter = null;
    const { version } = JSON.parse(readFileSync(join(HERE, "node_modules/webgpu/package.json"), "utf8"));
    this.name = `Node ${process.versions.node} with Dawn (webgpu ${version})`;
  }

  /** Each contender gets a process, so that nothing is cached and a crash affects no other. */
  async open(script) {
    return new Process([this.url, script, ...this.dawn], this.environment);
  }

  async close() {}
}

/** A process with one contender. @implements {import("./host.mjs").Realm} */
class Process {
  constructor(given, environment) {
    this.began = Date.now();
    this.waiting = [];
    this.failure = null;
    const options = { env: { ...process.env, ...environment }, stdio: ["ignore", "ignore", "inherit", "ipc"], serialization: "advanced" };
    this.child = fork(join(HERE, "node-realm.mjs"), given, /** @type {any} */ (options));
    this.child.on("message", ({ fatal, error, answer }) => {
      if (fatal) return this.fail(fatal);
      const { resolve, reject } = this.waiting.shift();
      if (error) reject(new Error(error));
      else resolve(answer);
    });
    this.child.on("exit", (code, signal) => this.fail(`its process ended (${signal ?? code})`));
  }

  fail(message) {
    this.failure ??= new Error(message);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  ask(command, settings, ms) {
    const answer = new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.waiting.push({ resolve, reject });
      this.child.send({ command, settings: { ...settings, loadBegan: this.began } });
    });
    return within(ms, answer);
  }

  async close() {
    this.child.kill("SIGKILL");
  }
}

/** A page whose processes a test ends: its trainer worker, its tab, its browser, its GPU's process, a helper thread. */

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { launchWithProfile, ROOT, SOFTWARE_GPU, watch } from "./chromium.mjs";
import { serve } from "./server.mjs";
import { TrainerPage } from "./trainer-page.mjs";

const SECONDS = 1000;

/**
 * Runs in the trainer worker before its own script. At a moment that the test has chosen, the worker says that it is there. Then it
 * stands still for ever ("stand still"), or waits before its next step until `letGoOn` is called ("wait"), or ends one of its helpers
 * and goes on ("end the helper"), or just goes on ("tell").
 */
function mortalWorker() {
  const channel = new BroadcastChannel("moments");
  let wanted = { moment: "", times: 0, act: "" };
  let tasks = null; // of the worker, which pauses a run by them
  const helpers = [];
  const { Worker } = self;
  self.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      if (!/thread/.test(given[1]?.name)) return;
      helpers.push(this);
      this.postMessage = (...message) => {
        super.postMessage(...message);
        passes("task");
      };
    }
  };
  /** Whether it is the moment; if the worker shall stand still there, this never returns. */
  function passes(moment, first = () => {}) {
    if (moment !== wanted.moment || --wanted.times > 0) return;
    const { act } = wanted;
    wanted = { moment: "", times: 0, act: "" };
    if (act === "wait") tasks.pause();
    if (act === "wait" || act === "tell") return void channel.postMessage("here");
    if (act === "end the helper") {
      const helper = helpers.pop();
      helper.terminate();
      helper.dispatchEvent(new ErrorEvent("error", { message: "ended by the test" }));
      return void channel.postMessage("here");
    }
    first();
    channel.postMessage("here");
    for (;;);
  }
  channel.onmessage = async ({ data }) => {
    if (data === "go on") tasks.resume();
    if (typeof data === "string") return;
    ({ tasks } = await import("/js/worker/state.js"));
    wanted = data;
    channel.postMessage("told");
  };
  /** The id of the command that scores the network just now. */
  let scoring = null;
  const { write } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.write = function (bytes, ...options) {
    passes(scoring !== null ? "keeping the scores" : "saving", () => write.call(this, bytes.subarray(0, bytes.length >> 1), ...options)); // half of it is written
    return write.call(this, bytes, ...options);
  };
  self.addEventListener("message", ({ data }) => {
    if (data.command?.type !== "evaluate") return;
    scoring = data.id;
    passes("the beginning of the scoring");
  });
  const post = self.postMessage;
  self.postMessage = (message, ...more) => {
    post.call(self, message, ...more);
    if (message.kind !== "event" && message.id === scoring) scoring = null;
    const moment = { batch: "training", test: scoring !== null ? "scoring" : "validation" }[message.event?.type];
    if (moment) passes(moment);
  };
}

/** Ids of processes with their parents and commands. */
function processes() {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((id) => {
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${id}/stat`, "latin1"))[1]);
      return [{ id: Number(id), parent, command: readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ") }];
    } catch {
      return []; // it has just ended
    }
  });
}

/** Ends a process, if it has not ended by itself. @param {number} id */
function end(id) {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** The page in a browser with a profile on the disk, which outlives the browser. */
export class Mortal extends TrainerPage {
  /**
   * @param {import("node:test").TestContext} t
   * @param {string} log
   */
  static async open(t, log) {
    const profile = mkdtempSync(join(tmpdir(), "tabfit-profile-"));
    const server = await serve({ "/": join(ROOT, "dist") }, { first: { "/js/worker.js": `(${mortalWorker})();` } });
    const tab = new Mortal(server, profile, log);
    t.after(async () => {
      if (tab.browserProcess) await tab.killed(); // it would not close while a worker stands still
      await server.close();
      // What was just killed may still hold its files.
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      assert.deepEqual(tab.problems.flat(), [], "the console of the page shows problems");
    });
    await tab.launch();
    return tab;
  }

  constructor(server, profile, log) {
    super(null, server, null, null);
    Object.assign(this, { profile, log });
    /** @type {string[][]} */
    this.problems = [];
  }

  async launch() {
    // Otherwise Chromium takes the GPU away from a page whose GPU's process has crashed a few times.
    this.context = await launchWithProfile(this.profile, [...SOFTWARE_GPU, "--disable-gpu-process-crash-limit"]);
    this.context.setDefaultTimeout(60 * SECONDS);
    await this.show(this.context.pages()[0]);
  }

  async show(page) {
    this.page = page;
    this.problems.push(watch(page, this.log, /\[cubecl|\[wgpu|GPU|Instance reference|device|mapAsync|Buffer|ended by the test/i));
    await page.goto(this.server.url);
    await this.ready();
  }

  get browserProcess() {
    return processes().find(({ command }) => command.includes(`--user-data-dir=${this.profile} `) && !command.includes("--type="));
  }

  /** Chooses the moment, counted from now, at which the trainer worker stands still or does something else; `here` waits for it. */
  async choose(moment, times, act = "stand still") {
    await this.page.evaluate(async (wanted) => {
      const channel = new BroadcastChannel("moments");
      const hears = (word) => new Promise((resolve) => channel.addEventListener("message", ({ data }) => data === word && resolve()));
      globalThis.momentReached = hears("here");
      const told = hears("told");
      channel.postMessage(wanted);
      await told;
    }, { moment, times, act });
  }

  /** Waits for the chosen moment. */
  async here() {
    const late = new AbortController();
    const given = pause(60 * SECONDS, null, { signal: late.signal }).then(() => assert.fail("the chosen moment did not come"), () => {});
    await Promise.race([this.page.evaluate(() => globalThis.momentReached), given]);
    late.abort();
  }

  /** Lets a trainer worker go on that waits at the chosen moment. */
  async letGoOn() {
    await this.page.evaluate(() => new BroadcastChannel("moments").postMessage("go on"));
  }

  async endWorker() {
    await this.page.evaluate(async () => {
      const { client } = await import("/js/page/client/trainer-client.js");
      client.restart("killed");
      client.onFatal("killed by the test", true);
    });
    await this.ready();
  }

  async endTab() {
    const next = await this.context.newPage(); // a browser without a tab ends
    await this.page.close();
    await this.show(next);
  }

  async endBrowser() {
    await this.killed();
    await this.launch();
  }

  async killed() {
    const closed = new Promise((resolve) => this.context.once("close", resolve));
    const { id } = this.browserProcess;
    const others = this.processesOf(id);
    for (const one of [id, ...others.map(({ id }) => id)]) end(one);
    await closed;
    while (this.browserProcess) await pause(20);
  }

  /** What the browser has started. @param {number} browser */
  processesOf(browser) {
    const all = processes();
    const isOfBrowser = ({ parent }) => parent === browser || all.some((one) => one.id === parent && isOfBrowser(one));
    return all.filter(isOfBrowser);
  }

  endGpu() {
    const gpu = this.processesOf(this.browserProcess.id).find(({ command }) => command.includes("--type=gpu-process"));
    end(gpu.id);
  }
}

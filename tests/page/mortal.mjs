/** A page whose processes a test ends: its trainer worker, its tab, its browser, its GPU's process, a helper thread. */

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { launchWithProfile, ROOT, SOFTWARE_GPU, watch } from "./chromium.mjs";
import { elsewhere, OWN_WITH_PROFILE } from "./elsewhere.mjs";
import { choose, here, mortalWorker, Saves } from "./moments.mjs";
import { serve } from "./server.mjs";
import { TrainerPage } from "./trainer-page.mjs";

const SECONDS = 1000;

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
    const saves = new Saves();
    const server = await serve({ "/": join(ROOT, "dist") }, { first: mortalWorker, hears: (told) => saves.hears(told) });
    const others = await elsewhere(OWN_WITH_PROFILE);
    const tab = new Mortal(server, others, profile, log, saves);
    t.after(async () => {
      if (tab.browserProcess) await tab.killed(); // it would not close while a worker stands still
      await server.close();
      await others.close();
      // What was just killed may still hold its files.
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      assert.deepEqual(others.heard, [], "the page spoke to another computer");
      assert.deepEqual(tab.problems.flat(), [], "the console of the page shows problems");
      assert.deepEqual(saves.lost, [], "what was saved was computed again");
    });
    await tab.launch();
    return tab;
  }

  constructor(server, others, profile, log, saves) {
    super(null, server, null, others);
    Object.assign(this, { profile, log, saves });
    /** @type {string[][]} */
    this.problems = [];
  }

  async launch() {
    // Otherwise Chromium takes the GPU away from a page whose GPU's process has crashed a few times.
    const { server } = this.others.proxy(this.server.url); // which Chromium does not ask for what is on this computer
    this.context = await launchWithProfile(this.profile, [...SOFTWARE_GPU, "--disable-gpu-process-crash-limit", `--proxy-server=${server}`]);
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

  choose(moment, times, act) {
    return choose(this.page, moment, times, act);
  }

  here() {
    return here(this.page);
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

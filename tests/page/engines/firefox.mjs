/** Firefox, driven by WebDriver BiDi. Its WebGPU computes in software, by Mesa's llvmpipe. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { launch } from "puppeteer-core";
import { executable } from "../programs.mjs";

/** Firefox on Linux does not offer WebGPU by default yet, and refuses the drivers of a machine without a GPU. */
const WEBGPU = {
  "dom.webgpu.enabled": true,
  "dom.webgpu.workers.enabled": true,
  "gfx.webgpu.ignore-blocklist": true,
  "gfx.webgpu.force-enabled": true,
};
const DRIVERS = "/usr/share/vulkan/icd.d";
/** The driver in software, also beside a real GPU, so that the tests see the same everywhere. */
function softwareGpu() {
  const driver = existsSync(DRIVERS) && readdirSync(DRIVERS).find((name) => name.startsWith("lvp_icd"));
  return driver ? { VK_DRIVER_FILES: join(DRIVERS, driver) } : {};
}

/** The files of a profile that puppeteer changes while its browser runs. */
const PREFERENCES = ["prefs.js", "user.js"];

/** Downloads go to a folder of the test, without a question. */
const downloadsTo = (folder) => ({ "browser.download.folderList": 2, "browser.download.dir": folder });

/** @implements {import("./trainer.mjs").Engine} */
export class Firefox {
  /** @param {string} [profile] a folder that outlives the browser; otherwise the profile ends with it */
  static async start(profile) {
    const downloads = mkdtempSync(join(tmpdir(), "tabfit-firefox-"));
    const browser = await launch({
      browser: "firefox",
      executablePath: executable("FIREFOX", ["firefox-esr", "firefox"]),
      headless: true,
      userDataDir: profile,
      env: { ...process.env, ...softwareGpu() },
      extraPrefsFirefox: { ...WEBGPU, ...downloadsTo(downloads) },
    });
    return new Firefox(browser, downloads, profile);
  }

  constructor(browser, downloads, profile) {
    this.browser = browser;
    this.downloads = downloads;
    this.profile = profile;
  }

  /** Kills the browser, and starts another one with its profile. */
  async killed() {
    const ended = new Promise((resolve) => this.browser.process().once("exit", resolve));
    this.browser.process().kill("SIGKILL");
    await ended;
    // puppeteer puts the profile's own preferences back; the next browser's must not be there before.
    const changed = () => this.profile && PREFERENCES.some((name) => existsSync(join(this.profile, `${name}.puppeteer`)));
    for (let looks = 0; looks < 100 && changed(); looks++) await pause(50);
    rmSync(this.downloads, { recursive: true });
    return Firefox.start(this.profile);
  }

  version() {
    return this.browser.version();
  }

  async open() {
    const page = await this.browser.newPage();
    /** @type {string[]} */
    const problems = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(`uncaught: ${error}`));
    return new FirefoxTab(page, problems);
  }

  async close() {
    await this.browser.close();
    rmSync(this.downloads, { recursive: true });
  }
}

/** @implements {import("./trainer.mjs").Tab} */
class FirefoxTab {
  constructor(page, problems) {
    this.page = page;
    this.problems = problems;
  }

  async goto(url) {
    await this.page.goto(url);
  }

  evaluate(run, ...values) {
    return this.page.evaluate(run, ...values);
  }

  async setFiles(selector, paths) {
    const input = await this.page.$(selector);
    await input.uploadFile(...paths);
  }

  close() {
    return this.page.close();
  }
}

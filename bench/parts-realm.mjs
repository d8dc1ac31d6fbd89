/**
 * Independent trainers side by side, each on one thread and with its part of every batch. Nothing joins what they compute, so
 * together they are as fast as threads could be at best.
 */

/** @implements {import("./host.mjs").Realm} */
export class PartsRealm {
  /**
   * @param {import("./host.mjs").Host} host
   * @param {string} script
   * @param {number} parts
   */
  static async open(host, script, parts) {
    return new PartsRealm(await Promise.all(Array.from({ length: parts }, () => host.open(script))));
  }

  constructor(realms) {
    this.realms = realms;
  }

  async ask(command, settings, ms) {
    const divided = settings.batchSize ? { ...settings, batchSize: settings.batchSize / this.realms.length } : settings;
    const answers = await Promise.all(this.realms.map((realm) => realm.ask(command, divided, ms)));
    return this[command](answers);
  }

  async close() {
    await Promise.all(this.realms.map((realm) => realm.close()));
  }

  open([{ device }]) {
    const threads = this.realms.length;
    return { device: { ...device, name: `${device.name}, ${threads} times`, threads } };
  }

  /** All get the same pictures, so each must have the losses of the first; those of the whole batches are others. */
  check([first, ...others]) {
    const fewest = Math.min(first.losses.length, ...others.map(({ losses }) => losses.length));
    for (const { losses } of others) {
      const at = losses.findIndex((loss, i) => i < fewest && loss !== first.losses[i]);
      if (at >= 0) throw new Error(`the parts disagree: ${losses[at]} in step ${at + 1}, not ${first.losses[at]}`);
    }
    return { ...first, expected: first.losses, firstStepMs: null, lastStepMs: Math.max(first.lastStepMs, ...others.map(({ lastStepMs }) => lastStepMs)) };
  }

  /** They train as many pictures a second as all of them together; one that is done sooner does not count longer. */
  round(rounds) {
    const rate = rounds.reduce((sum, { ms }) => sum + 1 / ms, 0);
    return { ...rounds[0], ms: rounds.length / rate };
  }
}

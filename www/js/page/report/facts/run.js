/** What a report says of the run: its time, its settings, the program that ran it, the network, and the curves. */

import { hear, say } from "../../language/say.js";
import { page } from "../../state/state.js";
import { nameOf } from "../../tools/format.js";
import { changeSentences } from "../../training/progress/changes.js";

/**
 * @import { CurvesPart, Known, NetworkPart, Report, SoftwarePart, Times } from "../report.js"
 * @import { Facts } from "./ask.js"
 */

/** @param {Facts} facts @returns {Pick<Report, "name" | "note">} */
export function namesOf({ run }) {
  if ("unknown" in run) return { name: say("A run without a name"), note: "" };
  return { name: nameOf(run.about.name), note: run.about.note ?? "" };
}

/** From Fit or Resume to the end of the last epoch. @param {Facts} facts @returns {Known<Times>} */
export function timeOf({ info, id, run }) {
  const shown = page.run;
  if (shown.ended) return times(shown.began, shown.ended);
  if (id !== null && !("unknown" in run) && !run.about.imported) return times(Number(id), run.about.date);
  return info.history
    ? { unknown: say("The file of the network does not say when it was trained, and for how long.") }
    : { unknown: say("The network was not trained here.") };
}

/** @param {number} began in milliseconds since 1970 @param {number} ended @returns {Times} */
const times = (began, ended) => ({ began: new Date(began).toISOString(), ended: new Date(ended).toISOString(), seconds: Math.max(0, (ended - began) / 1000) });

/** @param {Facts} facts @returns {Report["settings"]} */
export function settingsOf({ info: { manifest } }) {
  if (!manifest) return { unknown: say("The network's file does not say how it was trained.") };
  const { optimizer, loss, metrics } = manifest.compile;
  return { compile: /** @type {never} */ ({ optimizer, loss, metrics }), fit: manifest.fit };
}

/** @param {Facts} facts @returns {SoftwarePart} */
export function softwareOf({ info, run }) {
  const { manifest } = info;
  const kept = "unknown" in run ? "" : run.about.browser;
  const { name } = manifest?.device ?? info.device;
  return {
    tabfit: manifest?.tabfit ?? null,
    browser: kept || navigator.userAgent,
    device: name,
    threads: manifest?.threads ?? null,
    resumed: (manifest?.resumed ?? []).map(({ epoch, step, device, threads }) => ({ epoch, step, device: device.name, threads })),
  };
}

/** @param {Facts} facts @returns {NetworkPart} */
export function networkOf({ info, run, studies }) {
  const { manifest, summary } = info;
  const about = "unknown" in run ? null : run.about;
  const study = Object.values(studies).find((study) => !("unknown" in study));
  return {
    name: about?.network ? nameOf(about.network) : null,
    weightsBegan: beganOf(about?.began, manifest?.fit.seed ?? null),
    layers: summary.layers, parameters: summary.parameters, trainable: summary.trainable,
    config: manifest ? manifest.model.layers : { unknown: say("The network's file does not say how it was trained.") },
    temperature: study && !("unknown" in study) ? study.temperature : null,
  };
}

/**
 * @param {import("../../../shared/runs.js").RunAbout["began"]} began where they came from
 * @param {number | null} seed
 * @returns {Known<string>}
 */
function beganOf(began, seed) {
  if (began === "random") return say("All weights began at random, drawn with the seed {seed}.", { seed: String(seed) });
  if (began === "kept") return say("Training went on from a network that was trained or opened before.");
  if (began) return say("All layers but the last began with the weights of {name}, which had learnt before; the last began at random, drawn with the seed {seed}.", { name: began.slice("pretrained:".length), seed: String(seed) });
  return { unknown: say("It was not kept how the weights of this network began.") };
}

/** @param {Facts} facts @returns {Known<CurvesPart>} */
export function curvesOf({ info: { history } }) {
  if (!history || history.epochs.length === 0) return { unknown: say("The network's file holds no curves.") };
  const { epochs, stopped, reading, notes, changes = [] } = history; // an earlier version kept no changes
  return { epochs, stopped, reading: hear(reading), notes: notes.map(hear), changes, steered: changeSentences(changes) };
}

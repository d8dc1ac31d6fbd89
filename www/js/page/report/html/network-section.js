/** The sections of a report on the network, its settings, and the program that trained it. */

import { isolated } from "../../language/direction.js";
import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count, decimals } from "../../tools/format.js";
import { facts, missing, section, table } from "./make.js";
import { isUnknown, knownText, softwareRows } from "./words.js";

/** @import { Report } from "../report.js" */

/** @param {Report} report */
export function networkSection({ network }) {
  const { layers, parameters, trainable, weightsBegan, temperature, name } = network;
  return section("network", say("Network"), [
    facts(say("The network as a whole"), [
      [say("Name"), name ?? say("without a name")],
      [say("Layers"), count(layers.length)],
      [say("Weights"), count(parameters)],
      [say("Weights that learn"), count(trainable)],
      [say("How the weights began"), knownText(weightsBegan, (sentence) => sentence)],
      [say("Temperature"), temperature === null ? say("none") : decimals(temperature)],
    ]),
    table({
      caption: say("Layer by layer"), words: [0, 1, 2, 5],
      head: [say("Layer"), say("Type"), say("Output"), say("Weights"), say("Learn"), say("Takes")],
      rows: layers.map(({ name, type, outputShape, parameters, trainable, inputs }) =>
        [name, type, outputShape.join(" × "), count(parameters), count(trainable), inputs.join(", ") || say("the picture")]),
    }),
  ]);
}

/** @param {Report} report */
export function settingsSection({ settings, network }) {
  const title = say("Settings");
  if (isUnknown(settings)) return section("settings", title, [missing(settings.unknown)]);
  const layers = isUnknown(network.config) ? [] : network.config;
  return section("settings", title, [
    element("p", say("Names and values are Keras's; what is not listed is off or has Keras's default."), "hint"),
    facts(say("Arguments of compile"), rows(settings.compile)),
    facts(say("Arguments of fit"), rows(settings.fit)),
    ...(layers.length > 0 ? [facts(say("Arguments of the layers"), layers.map((layer, i) => [String(i + 1), short(layer)]))] : []),
  ]);
}

/** @param {Report} report */
export function softwareSection({ software, settings }) {
  const seed = isUnknown(settings) ? settings.unknown : String(settings.fit.seed ?? 0);
  return section("software", say("Program and device"), [facts(say("What trained the network"), [...softwareRows(software), [say("Seed"), seed]])]);
}

/** The members of nested objects, each by its path: `optimizer.learningRate`. @param {object} settings @returns {[string, string][]} */
function rows(settings) {
  /** @type {[string, string][]} */
  const found = [];
  const add = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (value === null || value === undefined || (name.startsWith("augment.") && !value)) return; // what is not wished
    const plain = typeof value !== "object" || (Array.isArray(value) && value.every((item) => typeof item !== "object"));
    if (plain) found.push([name, Array.isArray(value) ? value.map((item) => isolated(String(item ?? ""))).join(", ") : String(value)]);
    else if (Array.isArray(value)) value.forEach((item, i) => found.push([`${name} ${i + 1}`, short(item)]));
    else for (const [key, inner] of Object.entries(value)) add(name ? `${name}.${key}` : key, inner);
  };
  add("", settings);
  return found;
}

/** A layer or a callback in one line: `Conv2D(filters=8, kernelSize=3)`. @param {unknown} value */
function short(value) {
  const { type, ...options } = /** @type {Record<string, unknown>} */ (Object(value));
  const written = Object.entries(options).filter(([, option]) => option !== null).map(([key, option]) => `${key}=${typeof option === "string" ? isolated(option) : JSON.stringify(option)}`);
  return `${type ?? ""}(${written.join(", ")})`;
}

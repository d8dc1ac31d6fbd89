/** Writes docs/keras.md, Keras's words beside tabfit's: `node scripts/docs/keras-table.mjs`. Each line is of a recorded test case. */

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { javascript, layer, made, python, shown } from "./keras-words.mjs";

const ROOT = new URL("../../", import.meta.url);
const TABLE = new URL("docs/keras.md", ROOT);

/** The most cases that a line names. */
const NAMED = 3;

/** Callbacks whose arguments are not all the same, and what is other about them. */
const OTHER_CALLBACKS = {
  ModelCheckpoint: "has Keras's arguments; its `filepath` ends in `.tabfit`, or with `saveWeightsOnly` in `.safetensors`, and the file comes as an event",
  BackupAndRestore: "has `saveFreq` and `deleteCheckpoint`; it takes no folder, because its file comes as an event",
  LearningRateScheduler: "takes a function as in Keras, and also a list of rates or a schedule",
};

/** What each file of tests/keras says. */
const json = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`tests/keras/${name}`, ROOT), "utf8"));

/** The metadata of a safetensors file: a JSON after eight bytes with its length. */
function metadata(/** @type {string} */ name) {
  const file = readFileSync(new URL(`tests/keras/${name}`, ROOT));
  const end = 8 + Number(file.readBigUInt64LE(0));
  return JSON.parse(file.subarray(8, end).toString("utf8")).__metadata__;
}

/** Lines of a table, each once, with the cases that have it. */
class Lines {
  /** @type {Map<string, string[]>} */
  #cases = new Map();

  add(/** @type {string} */ keras, /** @type {string} */ tabfit, /** @type {string} */ name) {
    const line = `| \`${keras}\` | \`${tabfit}\` |`;
    const names = this.#cases.get(line) ?? [];
    if (!names.includes(name)) names.push(name);
    this.#cases.set(line, names);
  }

  toString() {
    const lines = [...this.#cases].sort(([a], [b]) => (a < b ? -1 : 1)).map(([line, names]) => {
      const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : "";
      return `${line} ${names.slice(0, NAMED).join(", ")}${more} |`;
    });
    return ["| Keras | tabfit | Cases |", "|---|---|---|", ...lines].join("\n");
  }
}

/** Every layer, those inside of others too. @returns {any[]} */
const all = (/** @type {any[]} */ layers) =>
  layers.flatMap((one) => [one, ...all(one.layers ?? []), ...all(one.shortcut ?? []), ...(one.branches ?? []).flatMap(all)]);

const unnamed = ({ name, ...rest }) => rest;

function networks(/** @type {Record<string, any>} */ cases) {
  const [layers, optimizers, losses, weights] = [new Lines(), new Lines(), new Lines(), new Lines()];
  for (const [name, { model, compile, fit, classNames }] of Object.entries(cases)) {
    for (const one of all(model.layers).map(unnamed)) layers.add(layer(one), shown(one), name);
    optimizers.add(`optimizer=${made("optimizers", compile.optimizer)}`, `optimizer: ${javascript(compile.optimizer)}`, name);
    const loss = typeof compile.loss === "string" ? python(compile.loss) : made("losses", compile.loss);
    losses.add(`loss=${loss}`, `loss: ${javascript(compile.loss)}`, name);
    if (!fit.classWeight) continue;
    const byIndex = Object.fromEntries(Object.entries(fit.classWeight).map(([one, weight]) => [classNames.indexOf(one), weight]));
    weights.add(`class_weight=${python(byIndex)}`, `classWeight: ${javascript(fit.classWeight)}`, name);
  }
  return { layers, optimizers, losses, weights };
}

function metrics(/** @type {any} */ { counted, fitted }) {
  const lines = new Lines();
  const add = (/** @type {any} */ metric, /** @type {string} */ name) => {
    if (typeof metric === "string") lines.add(python(metric), javascript(metric), name);
    else if (!("className" in metric)) lines.add(made("metrics", metric), javascript(metric), name); // Keras has only indices
  };
  for (const [name, metric] of Object.entries(counted.metrics)) add(metric, name);
  for (const metric of fitted.metrics) add(metric, "a fit of two epochs");
  return lines;
}

function callbacks(/** @type {any[]} */ cases) {
  const lines = new Lines();
  for (const { name, callback } of cases) {
    if (callback.type in OTHER_CALLBACKS || "raiseError" in callback) continue;
    lines.add(made("callbacks", callback), javascript(callback), name);
  }
  return lines;
}

function augmentation(/** @type {any} */ { draws, standardized }) {
  const lines = new Lines();
  const layers = { randomContrast: "layers.RandomContrast", randomErasing: "layers.RandomErasing" };
  for (const { augment } of [...draws, ...standardized]) {
    for (const [name, value] of Object.entries(augment)) {
      const [, room, kind] = /^(.*)\.(.*)$/.exec(layers[name] ?? "") ?? [];
      const settings = kind === "RandomErasing" ? value : kind ? { factor: value } : { [name]: value };
      lines.add(kind ? made(room, { type: kind, ...settings }) : `tf.${made("preprocessing.image", { type: "ImageDataGenerator", ...settings })}`, `augment: ${javascript({ [name]: value })}`, "draws of 4000");
    }
  }
  return lines;
}

/** The text of docs/keras.md. */
export function table() {
  const { cases, keras } = metadata("golden.safetensors");
  const { layers, optimizers, losses, weights } = networks(JSON.parse(cases));
  const others = Object.entries(OTHER_CALLBACKS).map(([name, clause]) => `\`${name}\` ${clause}.`).join(" ");
  const callbackText = `An argument of \`fit\`, in a list. Their decisions are compared on histories that were made for it. ${others}`;
  const section = (/** @type {string} */ title, /** @type {string} */ text, /** @type {Lines} */ lines) => `## ${title}\n\n${text}\n\n${lines}\n`;
  return [
    `# Keras's words and tabfit's

\`node scripts/docs/keras-table.mjs\` writes this page from the test cases that Keras ${keras} recorded in \`tests/keras\`: each line
stands in a case whose numbers tabfit is held to. What a case leaves out has Keras's default in both. A name in snake case is the
same name in camel case, and a layer, metric or callback is an object whose \`type\` is Keras's class.
`,
    section("Layers", "Losses, gradients, weights after five steps and probabilities are compared.", layers),
    section("Optimizers and schedules", "An argument of `compile`.", optimizers),
    section("Losses", "An argument of `compile`. tabfit computes the loss of a network that ends in softmax from its logits, as Keras does.", losses),
    section("Weights of classes", "An argument of `fit`: by index in Keras, by name in tabfit.", weights),
    section("Metrics", "An argument of `compile`, in a list.", metrics(json("metrics.json"))),
    section("Callbacks", callbackText, callbacks(json("callbacks.json"))),
    section("Augmentation", "An argument of `fit`. The random numbers that are drawn, or the pixels, are compared.", augmentation(json("augment.json"))),
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(TABLE, table());

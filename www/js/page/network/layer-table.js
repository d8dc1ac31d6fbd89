/** The layers of a network: Keras's table, and for one with many layers a list of its blocks, each of which opens. */

import { say } from "../language/say.js";
import { byId, element, row } from "../tools/dom.js";
import { count, many } from "../tools/format.js";
import { blockName } from "./blocks.js";

/**
 * @import { ModelSummary } from "../../../tabfit.js"
 * @typedef {ModelSummary["layers"][number]} Layer
 */

/** A network with more layers is shown by its blocks. */
const MOST = 40;
/** The lines with which Keras's table ends: how many weights there are, and how many of them learn. */
const TOTALS = /^ (Total|Trainable|Non-trainable) params: .*$/gm;
const text = byId("summary", HTMLElement);
const blocks = byId("blocks", HTMLElement);

/** @param {ModelSummary} summary */
export function showLayers(summary) {
  const folded = summary.layers.length > MOST;
  blocks.hidden = !folded;
  blocks.replaceChildren(...(folded ? folds(summary.layers).map(foldView) : []));
  text.textContent = folded ? (summary.text.match(TOTALS) ?? []).join("\n") : summary.text;
}

/**
 * The layers in groups: those of one block by their names, or else those up to each sum.
 *
 * @param {readonly Layer[]} layers
 * @returns {Layer[][]}
 */
export function folds(layers) {
  const named = layers.some(({ name }) => blockName(name));
  /** @type {Layer[][]} */
  const groups = [];
  for (const layer of layers) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const together = last && (named ? blockOf(layer.name) === blockOf(last.name) : last.type !== "Add");
    if (together) group?.push(layer);
    else groups.push([layer]);
  }
  return groups;
}

/** The beginning of a layer's name that it shares with its block, or else with its neighbours. @param {string} name */
const blockOf = (name) => blockName(name) ?? name.split("_")[0];

/** @param {Layer[]} group */
function foldView(group) {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return "";
  const weights = many(group.reduce((sum, { parameters }) => sum + parameters, 0), "weight");
  const learn = group.reduce((sum, { trainable }) => sum + trainable, 0);
  const values = { layers: many(group.length, "layer"), shape: shapeOf(last), weights, learn: count(learn) };
  const about = learn > 0 ? say("{layers}, {shape}, {weights}, {learn} of them learn", values) : say("{layers}, {shape}, {weights}", values);
  const fold = element("details", "", "block");
  const title = element("summary", "");
  title.append(element("span", group.length > 1 ? blockOf(first.name) ?? first.name : first.name, "block-name"), element("span", about, "hint"));
  const table = element("table", "", "numbers");
  const head = document.createElement("tr");
  head.append(...[say("Layer"), say("Type"), say("Output"), say("Weights"), say("Takes")].map((name) => element("th", name)));
  const [thead, tbody] = [document.createElement("thead"), document.createElement("tbody")];
  thead.append(head);
  tbody.append(...group.map((layer) => row([layer.name, layer.type, shapeOf(layer), count(layer.parameters), layer.inputs.join(", ") || say("the picture")])));
  table.append(thead, tbody);
  fold.append(title, table);
  return fold;
}

/** @param {Layer} layer */
const shapeOf = ({ outputShape }) => outputShape.join(" × ");

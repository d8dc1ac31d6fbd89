/** "Copy a link to these settings": an address that holds what differs from a page that was just opened. */

import { say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { page, report } from "../state/state.js";
import { byId, cloneTemplate, setText } from "../tools/dom.js";
import { count, together } from "../tools/format.js";
import { atStart } from "./at-start.js";
import { writtenWeights } from "./class-weights.js";
import { isAsAtFirst, linkFields, valueOf } from "./fields.js";
import { pack } from "./packed.js";

/** Longer links are cut off by some of the programs that pass them on. */
const LONG = 2000;

byId("link", HTMLDetailsElement).append(cloneTemplate("link-template"));
const note = byId("link-note", HTMLElement);
const text = byId("link-text", HTMLTextAreaElement);
const shapes = byId("link-shapes", HTMLInputElement);
shapes.checked = page.entries[0]?.path.startsWith("shapes/Testing/circle/") ?? false; // the first one of sample.js
byId("copy-link", HTMLButtonElement).addEventListener("click", () => copy().catch(report));
document.addEventListener("input", () => {
  byId("link-field", HTMLElement).hidden = true; // the link that is shown is not the one that is wanted now
  setText(note, "");
});

async function copy() {
  const left = [];
  const network = await networkValues();
  if (!network) left.push(say("The network in memory cannot be in a link, so this one leaves open which network is trained."));
  text.value = addressOf({ ...network, ...settingValues(), ...wishes() });
  if (text.value.length > LONG) left.push(say("It has {count} characters, and some programs cut such links; check that it arrives whole.", { count: count(text.value.length) }));
  if (location.protocol === "file:") left.push(say("This page is a file, so the link opens it on this computer alone."));
  byId("link-field", HTMLElement).hidden = false;
  try {
    await navigator.clipboard.writeText(text.value);
    setText(note, together([say("The link is copied: paste it into a message or a worksheet."), ...left]));
  } catch {
    setText(note, together([say("This browser did not allow the copy; the link is selected, so that you can copy it."), ...left]));
    text.select();
  }
}

/** @returns {Promise<Record<string, string> | null>} null for the network in memory */
async function networkValues() {
  const choice = panel.choice();
  if ("kept" in choice) return null;
  if ("preset" in choice) return choice.preset === atStart("preset") ? {} : { preset: choice.preset };
  const layers = await pack(JSON.stringify(choice.layers));
  return choice.pretrained ? { preset: choice.pretrained, layers } : { layers };
}

/** @returns {Record<string, string>} */
function settingValues() {
  const changed = [...linkFields()].filter(([, field]) => !isAsAtFirst(field)).map(([name, field]) => [name, valueOf(field)]);
  const values = Object.fromEntries(changed);
  const weights = values["class_weight"] === "own" ? writtenWeights() : "";
  return weights ? { ...values, class_weights: weights } : values;
}

/** @returns {Record<string, string>} */
function wishes() {
  const boxes = [...byId("link", HTMLElement).querySelectorAll("fieldset input")].filter((box) => box instanceof HTMLInputElement);
  const locked = byId("link-lock", HTMLSelectElement).value;
  const hidden = boxes.filter(({ checked }) => checked).map(({ value }) => value);
  return {
    ...(shapes.checked ? { data: "shapes" } : {}),
    ...(locked ? { lock: locked } : {}),
    ...(hidden.length > 0 ? { hide: hidden.join(",") } : {}),
  };
}

/** @param {Record<string, string>} values */
function addressOf(values) {
  const address = new URL(location.href);
  address.hash = new URLSearchParams(values).toString();
  return address.href;
}

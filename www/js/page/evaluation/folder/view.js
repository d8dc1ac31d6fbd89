/** Predicts a whole folder, or a zip of one: a table with probabilities and warnings, and the same as CSV. */

import { sendEntries } from "../../client/entries.js";
import { client } from "../../client/trainer-client.js";
import { say } from "../../language/say.js";
import { pickedEntries } from "../../pictures/picked-files.js";
import { showError } from "../../state/controls.js";
import { isBusy, page, report } from "../../state/state.js";
import { byId, setText } from "../../tools/dom.js";
import { download } from "../../tools/download.js";
import { count, many } from "../../tools/format.js";
import { button, node } from "../node.js";
import { csvOf } from "../../tools/csv.js";
import { Rows, warningOf } from "./rows.js";

/** @import { Predicted } from "./rows.js" */

const details = byId("predict-folder", HTMLDetailsElement);
const note = node("p", { is: { id: "predict-folder-note", role: "status" } });
const bar = node("progress", { label: say("Pictures that were predicted"), is: { id: "predict-folder-progress", hidden: true } });
const stop = button(say("Stop"), () => client.send({ type: "stop" }).catch(report), { is: { id: "predict-folder-stop", hidden: true } });
const save = button(say("Save as CSV"), () => predicted && saveCsv(predicted), { is: { id: "predict-folder-csv", hidden: true } });
const inputs = [
  picker("predict-folder-input", say("Pick a folder"), { webkitdirectory: true }),
  picker("predict-zip-input", say("Pick a .zip or pictures"), { multiple: true, accept: ".zip,image/*" }),
];
const rows = new Rows();
rows.element.hidden = true;
const section = node("div", { css: "study" }, [
  node("p", { css: "hint", text: say("Every picture in it is predicted, also those in folders within. No class folders are needed, and nothing is learnt from them.") }),
  node("div", { css: "buttons" }, [...inputs.map(({ label }) => label), stop, save]), bar, note, rows.element,
]);

/** What was predicted last. @type {Predicted | null} */
let predicted = null;

/** The section was opened. */
export function open() {
  if (!section.isConnected) details.append(section);
}

/** How far it is. @param {number} done @param {number} total */
export function showPredicted(done, total) {
  if (bar.hidden) return;
  [bar.max, bar.value] = [Math.max(1, total), done];
  setText(note, say("{done} of {total} pictures predicted", { done: count(done), total: count(total) }));
}

/** @param {string} id @param {string} text @param {Record<string, string | boolean>} is */
function picker(id, text, is) {
  const input = node("input", { css: "visually-hidden", label: text, is: { id, type: "file", ...is } });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // otherwise picking the same files again would be no "change"
    if (files.length > 0) void predict(files);
  });
  const words = node("span", { text });
  return { input, label: node("label", { css: "button" }, [words, input]) };
}

/** @param {File[]} files */
async function predict(files) {
  showError("");
  if (!page.network) return setText(note, say("There is no network yet: fit one, or open a saved one."));
  if (isBusy()) return setText(note, say("The network is busy; try again when it has ended."));
  working(true);
  setText(note, say("Looking at the files"));
  try {
    const entries = await pickedEntries(files, new AbortController().signal);
    await sendEntries(entries);
    predicted = await client.send({ type: "predict-many" });
    rows.show(predicted);
    rows.element.hidden = save.hidden = predicted.pictures.length === 0;
    setText(note, sentenceOf(predicted));
  } catch (error) {
    setText(note, "");
    report(error);
  } finally {
    working(false);
  }
}

/** @param {boolean} at */
function working(at) {
  bar.hidden = stop.hidden = !at;
  bar.removeAttribute("value");
  for (const { input } of inputs) input.disabled = at;
}

/** @param {Predicted} of */
function sentenceOf({ pictures, stopped }) {
  const read = pictures.filter(({ error }) => error === null);
  const unlike = read.filter((picture) => picture.unlike !== null && picture.unlike > 1).length;
  const values = {
    read: many(read.length, "picture"), unread: count(pictures.length - read.length), unlike: count(unlike),
  };
  return stopped
    ? say("Stopped: {read} predicted until then, {unlike} of them unlike the training pictures; {unread} could not be read.", values)
    : say("{read} predicted, {unlike} of them unlike the training pictures; {unread} could not be read.", values);
}

/** Names and numbers as they are, in English as every file of the page. @param {Predicted} of */
function saveCsv({ classNames, pictures }) {
  const head = ["file", "said", "probability", ...classNames, "distance", "warning"];
  const lines = pictures.map((picture) => {
    const { path, said, probabilities, unlike, error } = picture;
    const best = said === null ? "" : String(probabilities?.[said] ?? "");
    const all = classNames.map((_, index) => String(probabilities?.[index] ?? ""));
    return [path, said === null ? "" : classNames[said] ?? "", best, ...all, unlike === null ? "" : String(unlike), error ?? warningOf(picture)];
  });
  download("predictions.csv", new Blob([csvOf([head, ...lines])], { type: "text/csv" }));
}

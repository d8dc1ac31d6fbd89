/** The settings of the ticked runs side by side; where they differ, the row is marked. */

import { isolated } from "../language/direction.js";
import { say } from "../language/say.js";
import { byId, element, setText } from "../tools/dom.js";
import { nameOf } from "../tools/format.js";
import { markOf } from "./marks.js";
import { settingRows } from "./settings.js";

/** @import { Ticked } from "./comparison.js" */

const table = byId("runs-settings", HTMLTableElement);
const only = byId("runs-differences", HTMLInputElement);
const note = byId("runs-settings-note", HTMLElement);

/** @type {readonly Ticked[]} */
let shown = [];

only.addEventListener("change", draw);

/** @param {readonly Ticked[]} runs */
export function showSettings(runs) {
  shown = runs;
  draw();
}

function draw() {
  const all = settingRows(shown.map(({ run }) => run));
  const rows = only.checked ? all.filter(({ differs }) => differs) : all;
  byId("runs-settings-scroll", HTMLElement).hidden = rows.length === 0;
  setText(note, sentence(all.length, rows.length));
  note.hidden = note.textContent === "";
  const head = document.createElement("tr");
  const titles = [say("Setting"), ...shown.map(({ place, run }) => `${markOf(place).letter} ${isolated(nameOf(run.about.name))}`)];
  head.append(...titles.map((title) => cell("th", title, "col")));
  table.tHead?.replaceChildren(head);
  table.tBodies[0]?.replaceChildren(...rows.map(({ name, values, differs }) => {
    const row = document.createElement("tr");
    row.classList.toggle("differs", differs);
    row.translate = false; // Keras's names and the program's values
    const title = cell("th", "", "row");
    title.append(element("span", "", "run-differs"), name);
    if (differs) title.append(element("span", ` (${say("differs")})`, "visually-hidden"));
    row.append(title, ...values.map((value, i) => cell("td", value ?? (shown[i]?.run.about.run ? "–" : say("not known")))));
    return row;
  }));
}

/** @param {number} all @param {number} rows */
function sentence(all, rows) {
  if (all === 0) return say("The settings of these runs are not known: logs of other tools do not hold them.");
  if (shown.length < 2) return say("Tick a second run to see in what they differ.");
  return rows === 0 ? say("The known settings of these runs are the same.") : "";
}

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [scope]
 */
function cell(tag, text, scope) {
  const made = element(tag, text);
  if (scope) made.setAttribute("scope", scope);
  return made;
}

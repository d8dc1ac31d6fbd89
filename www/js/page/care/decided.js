/** What was decided about the pictures so far. */

import { say } from "../language/say.js";
import { count } from "../tools/format.js";
import { gallery } from "./gallery.js";
import { button, make } from "./make.js";
import { byPath, care, onDecided } from "./pictures.js";
import { openTable, saveTable } from "./table-files.js";
import { tried } from "./toolbar.js";

/** @import { Topic } from "./topic.js" */

/** @returns {Topic} */
export function decidedTopic() {
  return { id: "decided", title: say("What you decided"), digest: () => (care.decisions.size > 0 ? count(care.decisions.size) : ""), matters: false, build };
}

function build() {
  const file = document.createElement("input");
  Object.assign(file, { type: "file", accept: ".csv,text/csv", id: "care-file", className: "visually-hidden" });
  file.addEventListener("change", () => {
    const [given] = file.files ?? [];
    file.value = ""; // otherwise picking the same file again would be no "change"
    if (given) void tried(() => openTable(given));
  });
  const open = make("label", "button", [make("span", "", say("Open CSV")), file]);
  const save = button(say("Save as CSV"), () => tried(async () => saveTable()));
  save.id = "care-save";
  const hint = make("p", "hint", say("A table for other programs and other computers: file, content (a checksum), decision (exclude or relabel) and class. A table that is opened is applied to the pictures that are loaded; they are found by their content."));
  const [note, place] = [make("p", "hint"), make("div", "")];
  const show = () => {
    const sorted = [...care.decisions.keys()].sort(byPath);
    note.replaceChildren(sorted.length === 0
      ? make("span", "", say("Nothing was decided yet: all pictures are as their folders say."))
      : make("span", "", say("Pictures that are left out or have another class: {n}.", { n: count(sorted.length) })));
    save.disabled = sorted.length === 0;
    place.replaceChildren(...(sorted.length > 0 ? [gallery(sorted.map((id) => ({ id })), say("What you decided"))] : []));
  };
  onDecided(show);
  show();
  return make("div", "care-body", [make("div", "buttons", [save, open]), hint, note, place]);
}

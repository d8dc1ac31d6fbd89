/** All pictures of the folder, found by part, class and name, so that any can be relabelled or left out. */

import { say } from "../language/say.js";
import { element, setText } from "../tools/dom.js";
import { count, many } from "../tools/format.js";
import { gallery } from "./gallery.js";
import { button, make, select } from "./make.js";
import { byPath, care, givenClass, partOf } from "./pictures.js";
import { choose } from "./selection.js";

/** @import { Topic } from "./topic.js" */

/** Nothing is searched for before nothing was typed for this long. */
const QUIET_MS = 200;

/** @returns {Topic} */
export function allPictures() {
  return { id: "all", title: say("All pictures"), digest: () => count(care.pictures?.paths.length ?? 0), matters: false, build };
}

function build() {
  const [part, name] = [
    select(say("Part"), [["", say("all")], ["0", say("Training")], ["1", say("Validation")], ["2", say("Test")]], "care-part"),
    select(say("Class of the folder"), [["", say("all")], ...care.classNames.map((name) => /** @type {const} */ ([name, name]))], "care-of-class"),
  ];
  const search = document.createElement("input");
  Object.assign(search, { type: "text", id: "care-search", autocomplete: "off" });
  const label = /** @type {HTMLLabelElement} */ (element("label", say("Name contains")));
  label.htmlFor = search.id;
  const note = make("p", "hint");
  note.setAttribute("role", "status");
  const place = make("div", "");
  /** @type {number[]} */
  let ids = [];
  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    ids = (care.pictures?.paths ?? []).flatMap((path, id) => {
      const fits = (part.list.value === "" || partOf(id) === Number(part.list.value)) && (name.list.value === "" || givenClass(id) === name.list.value);
      return fits && (wanted === "" || path.toLowerCase().includes(wanted)) ? [id] : [];
    });
    ids.sort(byPath);
    setText(note, many(ids.length, "picture", "pictures"));
    place.replaceChildren(gallery(ids.map((id) => ({ id })), say("All pictures")));
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let quiet;
  search.addEventListener("input", () => {
    clearTimeout(quiet);
    quiet = setTimeout(show, QUIET_MS);
  });
  part.list.addEventListener("change", show);
  name.list.addEventListener("change", show);
  show();
  const all = button(say("Choose all of them"), () => choose(ids, true));
  return make("div", "care-body", [make("div", "buttons", [part.field, name.field, make("p", "field", [label, search]), all]), note, place]);
}

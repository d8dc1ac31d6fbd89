/** What a pattern makes of the names of the pictures that are loaded, shown while it is typed. */

import { hear, say } from "../language/say.js";
import { byId, element, setText } from "../tools/dom.js";
import { count, many, together } from "../tools/format.js";
import { text } from "../training/form/inputs.js";
import { namedGroups } from "./groups.js";
import { care, knowPictures, pathOf } from "./pictures.js";

/** Nothing is shown before nothing was typed for this long. */
const QUIET_MS = 250;
/** How many groups and names are written out. */
const EXAMPLES = 4;

const summary = byId("group-preview", HTMLElement);
const examples = byId("group-examples", HTMLElement);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;

/** Shows it soon: a person still types. */
export function showPreview() {
  clearTimeout(quiet);
  quiet = setTimeout(preview, QUIET_MS);
}

async function preview() {
  const pattern = text("group-pattern");
  examples.replaceChildren();
  if (pattern === "") return setText(summary, "");
  try {
    await knowPictures();
    const { groups, names } = await namedGroups(pattern);
    if (pattern === text("group-pattern")) show(groups, names);
  } catch (error) {
    setText(summary, hear(error instanceof Error ? error.message : String(error)));
  }
}

/** @param {Uint32Array} groups @param {string[]} names the name of each group; of a picture that does not fit, its whole path */
function show(groups, names) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  /** @type {number[]} */
  const unfit = [];
  groups.forEach((group, id) => {
    const name = names[group] ?? "";
    if (name === pathOf(id)) unfit.push(id);
    else found.get(name)?.push(id) ?? found.set(name, [id]);
  });
  const fitting = (care.pictures?.paths.length ?? 0) - unfit.length;
  setText(summary, together([
    say("{groups} of {pictures}.", { groups: many(found.size, "group"), pictures: many(fitting, "picture") }),
    ...(unfit.length > 0 ? [many(unfit.length, "name does not fit, and its picture is by itself.", "names do not fit, and their pictures are by themselves.")] : []),
  ]));
  const largest = [...found].sort(([, a], [, b]) => b.length - a.length).slice(0, EXAMPLES);
  examples.replaceChildren(
    ...largest.map(([name, ids]) => element("li", say("{name}: {pictures}, such as {path}", { name, pictures: many(ids.length, "picture"), path: pathOf(ids[0] ?? 0) }))),
    ...unfit.slice(0, EXAMPLES).map((id) => element("li", say("does not fit: {path}", { path: pathOf(id) }))),
    ...(found.size > EXAMPLES ? [element("li", say("and {n} more groups", { n: count(found.size - EXAMPLES) }))] : []),
  );
}

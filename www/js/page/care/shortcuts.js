/** What tells the classes apart without looking at what the pictures show. */

import { say } from "../language/say.js";
import { list, percent } from "../tools/format.js";
import { make, table } from "./make.js";
import { care } from "./pictures.js";

/**
 * @import { CareReport } from "../../shared/care.js"
 * @import { Topic } from "./topic.js"
 * @typedef {CareReport["shortcuts"][number]} Shortcut
 */

/** What a property is called by itself, and in a sentence. @type {Record<string, { name: () => string, within: () => string }>} */
const PROPERTIES = {
  size: { name: () => say("size"), within: () => say("the size") },
  aspect_ratio: { name: () => say("aspect ratio"), within: () => say("the aspect ratio") },
  brightness: { name: () => say("brightness"), within: () => say("the brightness") },
  sharpness: { name: () => say("sharpness"), within: () => say("the sharpness") },
  format: { name: () => say("file format"), within: () => say("the file format") },
  border: { name: () => say("border"), within: () => say("the border") },
  border_tone: { name: () => say("tone of the border"), within: () => say("the tone of the border") },
};

/** What a shortcut is called. @param {Shortcut} shortcut */
const nameOf = ({ property }) => PROPERTIES[property]?.name() ?? property;

/** @param {Shortcut} shortcut */
export const shortcutSentence = (shortcut) => say("The class can be told from {property} alone: {accuracy} right, where guessing gives {chance}.", {
  property: PROPERTIES[shortcut.property]?.within() ?? shortcut.property, accuracy: percent(shortcut.accuracy), chance: percent(shortcut.chance),
});

/** @returns {Topic} */
export function shortcutTopic() {
  const all = care.report?.shortcuts ?? [];
  const telling = all.filter(({ issue }) => issue);
  return {
    id: "shortcuts",
    title: say("What gives the class away"),
    digest: () => (telling.length === 0 ? say("nothing") : list(telling.map(nameOf))),
    matters: telling.length > 0,
    renewed: "found",
    build: () => build(telling, all),
  };
}

/** @param {readonly Shortcut[]} telling @param {readonly Shortcut[]} all */
function build(telling, all) {
  const measured = table(say("How well each property tells the classes"), [say("Property"), say("Told right"), say("By guessing")],
    all.map((shortcut) => [nameOf(shortcut), percent(shortcut.accuracy), percent(shortcut.chance)]));
  if (telling.length === 0) {
    return make("div", "care-body", [make("p", "", say("Neither size, brightness, sharpness, file format nor border tells the classes apart.")), measured]);
  }
  return make("div", "care-body", [
    make("ul", "care-sentences", telling.map((shortcut) => make("li", "", shortcutSentence(shortcut)))),
    measured,
    make("p", "hint", say("A network may learn this instead of what the pictures show, and then fails on pictures from elsewhere. It helps to make all pictures in the same way, or to change such a property at random, under “Augmentation”. How well it tells the classes was measured on pictures that the rule was not made from.")),
  ]);
}

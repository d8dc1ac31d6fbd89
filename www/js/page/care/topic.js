/** A topic of the care of pictures: what was found, folded away until the person wants to see it. */

import { setText } from "../tools/dom.js";
import { make } from "./make.js";
import { onDecided, onFound } from "./pictures.js";

/**
 * @typedef {object} Topic
 * @property {string} id
 * @property {string} title
 * @property {() => string} digest a few words about what was found
 * @property {boolean} matters whether it is worth opening
 * @property {() => HTMLElement} build what it shows; called when it is opened first
 * @property {"found" | "issues"} [renewed] it is made anew when something else was found, or only when other pictures are weak: a
 *   list in which a person chooses stays as it is
 */

/** @param {() => Topic} now makes the topic of what is known */
export function foldable(now) {
  let topic = now();
  const { id, title, matters } = topic;
  const details = document.createElement("details");
  details.id = `care-${id}`;
  details.className = "care-topic";
  const words = make("span", "digest");
  const follow = () => setText(words, topic.digest());
  follow();
  onDecided(follow);
  onFound((issues) => {
    if (!topic.renewed || (topic.renewed === "issues" && !issues)) return;
    topic = now();
    follow();
    details.children[1]?.replaceWith(topic.build());
  });
  const summary = make("summary", "", [make("span", "care-topic-title", title), " ", words]);
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(topic.build());
  });
  return { details, matters };
}

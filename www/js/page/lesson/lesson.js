/** The lesson: shows one step at a time, notices when it is done, and never sets or presses anything itself. */

import { page } from "../state/state.js";
import { byId, element, setText } from "../tools/dom.js";
import { list } from "../tools/format.js";
import { inLanguage, marked, say } from "../language/say.js";
import { counts, field, hasShapes, held, unmet, worstMistake } from "./facts.js";
import { goTo, mark, shown } from "./marks.js";
import { Noticing } from "./noticing.js";
import { remember, remembered } from "./place.js";
import { STEPS } from "./steps.js";

/**
 * @import { Need } from "./facts.js"
 * @import { Facts, Step } from "./steps.js"
 */

const panel = byId("lesson", HTMLElement);
const opener = byId("take-lesson", HTMLButtonElement);
const next = byId("lesson-next", HTMLButtonElement);
const back = byId("lesson-back", HTMLButtonElement);
const end = byId("lesson-end", HTMLButtonElement);
const needs = byId("lesson-needs", HTMLElement);

const noticing = new Noticing(STEPS);
let at = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let looking;
/** Ends what listens to the page. @type {AbortController | null} */
let listening = null;

/** @param {boolean} again after a reload, where the focus stays where it is */
export function open(again = false) {
  if (listening) return byId("lesson-title", HTMLElement).focus();
  const place = remembered();
  at = Math.max(0, STEPS.findIndex(({ id }) => id === place?.step));
  Object.assign(noticing.runs, place?.runs);
  Object.assign(noticing.parameters, place?.parameters);
  panel.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  listen();
  go(at);
  if (!again) byId("lesson-title", HTMLElement).focus();
}

function close() {
  listening?.abort();
  listening = null;
  mark(null);
  remember(null);
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
}

/** Everything that a step waits for shows in one of these. */
function listen() {
  listening = new AbortController();
  const { signal } = listening;
  for (const type of ["input", "change", "click", "toggle"]) document.addEventListener(type, look, { capture: true, signal });
  const observer = new MutationObserver(look);
  observer.observe(document.body, { attributeFilter: ["data-state"] });
  observer.observe(byId("keras-field", HTMLElement), { attributeFilter: ["hidden"] });
  observer.observe(byId("summary", HTMLElement), { childList: true });
  signal.addEventListener("abort", () => observer.disconnect());
  next.addEventListener("click", () => go(at + 1), { signal });
  back.addEventListener("click", () => go(at - 1), { signal });
  end.addEventListener("click", close, { signal });
  byId("lesson-show", HTMLButtonElement).addEventListener("click", () => goTo(shown(targets(step()))), { signal });
}

const step = () => /** @type {Step} */ (STEPS[at]);

/** @param {number} index of the step to show */
function go(index) {
  at = Math.min(Math.max(index, 0), STEPS.length - 1);
  noticing.differed = [];
  noticing.steered = false;
  const [first, last] = [at === 0, at === STEPS.length - 1];
  const focused = document.activeElement;
  [next.hidden, back.disabled] = [last, first];
  if (last && focused === next) end.focus(); // a button that goes away would lose the focus
  if (first && focused === back) next.focus();
  setText(byId("lesson-count", HTMLElement), say("step {step} of {steps}", { step: at + 1, steps: STEPS.length }));
  panel.scrollTo({ top: 0 });
  lookNow();
}

/** Looks at the page, and says what has changed for this step. It waits until the page itself has reacted. */
function look() {
  clearTimeout(looking);
  looking = setTimeout(lookNow);
}

function lookNow() {
  if (!listening) return;
  noticing.look(step());
  show();
  remember({ step: step().id, runs: noticing.runs, parameters: noticing.parameters });
}

function show() {
  const { title, text, todo, look, told, needs: wanted } = step();
  const facts = factsNow();
  const done = isDone();
  setText(byId("lesson-title", HTMLElement), title());
  showTexts(byId("lesson-text", HTMLElement), "p", text(facts));
  setText(byId("lesson-todo", HTMLElement), todo());
  setText(byId("lesson-look", HTMLElement), look());
  setText(byId("lesson-told", HTMLElement), done ? told(facts) : otherRun());
  setText(next, done ? say("Next") : say("Go on without"));
  next.classList.toggle("primary", done);
  const missing = done ? [] : [...(at > 0 && !hasShapes() ? [say("The drawn shapes are not loaded: the first step says how.")] : []), ...unmet(wanted).map(sentence)];
  needs.hidden = missing.length === 0;
  showTexts(needs, "li", missing);
  mark(done ? null : shown(targets(step())));
}

/** The controls of a step: of settings that are not yet as it needs them, then the others. @param {Step} step */
const targets = ({ needs, show }) => [...unmet(needs).map(([id]) => `#${id}`), ...show, ...needs.map(([id]) => `#${id}`)];

function isDone() {
  const { id, wait, needs, open = [] } = step();
  if (wait === "run") return id in noticing.runs;
  if (unmet(needs).length > 0) return false;
  switch (wait) {
    case "pictures": return hasShapes() && page.data?.imageSize === Number(held("image-size"));
    case "needs": return hasShapes();
    case "networks": return ["small", "bench"].every((preset) => preset in noticing.parameters);
    case "opened": return open.every((selector) => noticing.opened.has(selector));
    case "code": return !byId("keras-field", HTMLElement).hidden;
  }
}

/** What to say where a run has ended that is not the one of this step. */
function otherRun() {
  if (noticing.steered && step().wait === "run") return say("The run that has ended was changed while it trained, so it is not the one of this step; press Fit once more.");
  const differed = noticing.differed.map(([id]) => nameOf(id));
  return differed.length > 0 ? say("The run that has ended is not the one of this step, which needs another value of: {names}.", { names: list(differed) }) : "";
}

/** @returns {Facts} */
function factsNow() {
  const { of, ...sums } = counts();
  const names = page.data?.classNames ?? [];
  const share = Number(held("validation-split"));
  return {
    ...sums, names: list(names), classes: names.length || 3, held: of.reduce((sum, count) => sum + Math.round(count * share), 0),
    runs: noticing.runs, parameters: noticing.parameters, mistake: worstMistake(),
    lines: byId("keras-code", HTMLTextAreaElement).value.split("\n").length,
  };
}

/** @param {Need} need that is not met */
function sentence([id, wanted]) {
  const control = field(id);
  const shownAs = (/** @type {string} */ value) => inLanguage(() => {
    const option = control instanceof HTMLSelectElement ? [...control.options].find((option) => option.value === value) : null;
    return option?.text ?? (/^[\d.]+$/.test(value) ? marked(value) : value);
  });
  const values = { name: nameOf(id), is: shownAs(control.value), wanted: shownAs(String(wanted)) };
  if ("locked" in control.dataset) return say("The link by which this page was opened locks “{name}”, so this step cannot be done here: go on without it.", values);
  if (control.closest(".hidden-by-link")) return say("The link by which this page was opened hides “{name}”, so this step cannot be done here: go on without it.", values);
  if (typeof wanted !== "boolean") return say("“{name}” is {is} and should be {wanted}.", values);
  return wanted ? say("“{name}” is not ticked and should be.", values) : say("“{name}” is ticked and should not be.", values);
}

/** The name of a field as its label has it. @param {string} id */
const nameOf = (id) => inLanguage(() => document.querySelector(`label[for="${id}"]`)?.textContent.trim() ?? id);

/**
 * Shows sentences one by one, and leaves those that are shown already.
 *
 * @param {HTMLElement} parent
 * @param {string} tag
 * @param {readonly string[]} sentences
 */
function showTexts(parent, tag, sentences) {
  sentences.forEach((text, i) => setText(parent.children[i] ?? parent.appendChild(element(tag, "")), text));
  while (parent.children.length > sentences.length) parent.lastElementChild?.remove();
}

/**
 * The pictures behind a number, those with the highest loss first. Arrows go from picture to picture, Enter opens one beside the
 * others, Escape goes back to them, and out of the dialog. Only one page of pictures is on the page at a time.
 */

import { hear, say } from "../../language/say.js";
import { setText, setWords } from "../../tools/dom.js";
import { count, many } from "../../tools/format.js";
import { button, node } from "../node.js";
import { subject } from "../subject.js";
import { Panel } from "./panel.js";
import { pixelsOf } from "./pixels.js";
import { across, tile } from "./tile.js";

/** The pictures of a page: four rows of six. */
const PAGE = 24;

/** The places of the shown pictures in the study, sorted. @type {number[]} */
let shown = [];
let first = 0;
/** Counts the pages that were asked for. */
let asked = 0;

const title = node("h2", { is: { id: "gallery-title" } });
const about = node("p", { css: "hint", is: { id: "gallery-about" } });
const list = node("ul", { css: "gallery-list", is: { id: "gallery-list" } });
const where = node("p", { css: "hint", is: { id: "gallery-where", role: "status" } });
const earlier = button(say("Previous page"), () => turn(-1), { is: { id: "gallery-previous" } });
const later = button(say("Next page"), () => turn(1), { is: { id: "gallery-next" } });
const close = button(say("Close"), () => dialog.close(), { is: { id: "gallery-close" } });
const pages = node("div", { css: "buttons" }, [earlier, later, where]);
const panel = new Panel(() => focusTile(panel.place), () => void showPage());
const dialog = node("dialog", { css: "gallery", is: { id: "gallery", "aria-labelledby": "gallery-title" } }, [
  node("div", { css: "gallery-head" }, [title, close]), about,
  node("div", { css: "gallery-body" }, [node("div", { css: "gallery-pictures" }, [list, pages]), panel.element]),
]);
document.body.append(dialog);

dialog.addEventListener("close", () => { // the browser has given the focus back by now
  clearTimeout(following);
  panel.hide();
});
dialog.addEventListener("cancel", (event) => {
  if (!panel.holdsFocus) return;
  event.preventDefault(); // Escape goes back to the pictures first
  panel.leave();
});
list.addEventListener("keydown", onKey);
list.addEventListener("click", ({ target }) => {
  const pressed = target instanceof Element ? target.closest("button") : null;
  if (pressed) void panel.show(Number(pressed.dataset["place"]), true);
});

/**
 * @param {string} name what the pictures are
 * @param {readonly number[]} places in the study
 */
export function openGallery(name, places) {
  const { study } = subject;
  if (!study) return;
  shown = [...places].sort((a, b) => (study.pictures[b]?.loss ?? 0) - (study.pictures[a]?.loss ?? 0));
  first = 0;
  setText(title, name);
  setText(about, shown.length === 0 ? say("No picture.") : say("{n}, sorted by loss: what was most wrong comes first. Arrow keys go from picture to picture, Enter opens one.",
    { n: many(shown.length, "picture") }));
  panel.hide();
  if (!dialog.open) dialog.showModal();
  void showPage();
  focusTile(shown[0]);
}

async function showPage() {
  const { study } = subject;
  const page = ++asked;
  const places = shown.slice(first, first + PAGE);
  const last = Math.max(0, Math.ceil(shown.length / PAGE) - 1);
  setText(where, say("{from} to {to} of {all}", { from: count(Math.min(first + 1, shown.length)), to: count(first + places.length), all: count(shown.length) }));
  pages.hidden = shown.length <= PAGE;
  earlier.disabled = first === 0;
  later.disabled = first / PAGE >= last;
  if (!study) return;
  const pictures = places.flatMap((place) => study.pictures[place] ?? []);
  list.replaceChildren(...pictures.map((picture, i) => tile(study, picture, places[i] ?? 0)));
  list.querySelector("button")?.setAttribute("tabindex", "0");
  setWords(list, "aria-label", say("Pictures"));
  try {
    const pixels = await pixelsOf(pictures.map(({ id }) => id));
    if (page === asked) list.querySelectorAll("canvas").forEach((canvas, i) => across(canvas, pixels[i]));
  } catch (error) {
    setText(where, hear(error instanceof Error ? error.message : String(error))); // the alert of the page lies behind the dialog
    pages.hidden = false;
  }
}

/** @param {number} step pages */
async function turn(step) {
  first = Math.min(Math.max(0, first + step * PAGE), PAGE * Math.max(0, Math.ceil(shown.length / PAGE) - 1));
  await showPage();
}

/** @param {KeyboardEvent} event */
async function onKey(event) {
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.dataset["place"] === undefined) return;
  const at = shown.indexOf(Number(target.dataset["place"]));
  const buttons = [...list.querySelectorAll("button")];
  const top = buttons[0]?.getBoundingClientRect().top ?? 0;
  const columns = Math.max(1, buttons.filter((other) => Math.abs(other.getBoundingClientRect().top - top) < 2).length);
  const next = {
    ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: shown.length - 1, PageUp: at - PAGE, PageDown: at + PAGE,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const place = shown[Math.min(Math.max(next, 0), shown.length - 1)];
  const page = PAGE * Math.floor(shown.indexOf(place ?? -1) / PAGE);
  if (page !== first) {
    first = page;
    await showPage();
  }
  focusTile(place);
}

/** @param {number | null | undefined} place */
function focusTile(place) {
  const buttons = [...list.querySelectorAll("button")];
  const wanted = buttons.find(({ dataset }) => dataset["place"] === String(place)) ?? buttons[0];
  for (const other of buttons) other.tabIndex = other === wanted ? 0 : -1;
  wanted?.focus();
  clearTimeout(following);
  if (panel.place !== null && wanted) following = setTimeout(() => panel.show(Number(wanted.dataset["place"]), false), PAUSE);
}

/** The open panel follows the focus, but not through each of many pictures that a person passes. */
const PAUSE = 250;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let following;

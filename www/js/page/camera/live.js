/** "Predict from the camera" in step 4: what the network answers for what the camera sees, as often as it can answer. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { isBusy, page } from "../state/state.js";
import { byId, cloneTemplate, setText, within } from "../tools/dom.js";
import { percent } from "../tools/format.js";
import { Camera } from "./stream.js";

/** @import { Replies } from "../../shared/protocol.js" */

byId("live", HTMLElement).append(cloneTemplate("live-template"));
const start = byId("live-start", HTMLButtonElement);
const stop = byId("live-stop", HTMLButtonElement);
const change = byId("live-change", HTMLButtonElement);
const note = byId("live-note", HTMLElement);
const view = byId("live-view", HTMLElement);
const bars = byId("live-answers", HTMLElement);
const time = byId("live-time", HTMLElement);
const best = byId("live-best", HTMLElement);

/** @type {Camera | null} */
let camera = null;
stop.addEventListener("click", () => camera?.close());
change.addEventListener("click", () => camera?.change());

export async function startLive() {
  if (camera || !page.network || isBusy()) return;
  for (const shown of [best, bars, time]) shown.replaceChildren();
  view.hidden = false;
  setText(note, say("The browser asks whether this page may use the camera."));
  const opened = new Camera(byId("live-video", HTMLVideoElement), { mustClose, onClosed: closed });
  camera = opened;
  if (!(await opened.open())) return;
  setText(note, "");
  start.hidden = true;
  stop.hidden = false;
  change.hidden = !opened.hasOthers;
  stop.focus();
  await answer(opened);
}

const noNetwork = () => say("The camera is off because there is no network any more.");

function mustClose() {
  if (!page.network) return noNetwork();
  return isBusy() ? say("The camera is off while something else is done.") : "";
}

/** @param {string} sentence why the camera was closed */
function closed(sentence) {
  const focused = document.activeElement === stop;
  camera = null;
  view.hidden = true;
  stop.hidden = true;
  change.hidden = true;
  start.hidden = false;
  setText(note, sentence);
  if (focused) start.focus();
}

/** Asks for one answer at a time, so that none ever waits. @param {Camera} opened */
async function answer(opened) {
  try {
    while (!opened.isClosed) {
      await opened.nextFrame();
      if (!opened.isOn) continue; // another camera is being started
      const answered = await client.send({ type: "answer", picture: await opened.picture() });
      if (opened.isOn) show(answered);
    }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
    opened.close(name === "FatalError" ? noNetwork() : message); // the page itself says how the trainer was lost
  }
}

/** @param {Replies["answer"]} answered */
function show({ best: ranked, milliseconds }) {
  const [first] = ranked;
  setText(best, first ? say("{name}, {share}", { name: first.className, share: percent(first.probability) }) : "");
  while (bars.childElementCount < ranked.length) bars.append(cloneTemplate("bar-template"));
  for (const [at, { className, probability }] of ranked.entries()) {
    const bar = /** @type {HTMLElement} */ (bars.children[at]);
    bar.dataset["class"] = className;
    setText(within(bar, ".bar-name"), className);
    const fill = within(bar, ".bar-fill");
    fill.setAttribute("value", String(probability));
    fill.setAttribute("aria-label", className);
    setText(within(bar, ".bar-value"), percent(probability));
  }
  setText(time, say("A prediction takes {time} ms.", { time: milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds) }));
}

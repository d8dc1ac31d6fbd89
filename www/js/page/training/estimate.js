/** What the next run will take, in a sentence above Fit: its memory, and the time of an epoch from one measured step. */

import { client } from "../client/trainer-client.js";
import { needsPart } from "../device.js";
import { hear, say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { isBusy, page } from "../state/state.js";
import { byId, setText } from "../tools/dom.js";
import { duration, fileSize, together } from "../tools/format.js";
import { runConfig } from "./form/run-config.js";

/** @import { RunEstimate } from "../../shared/protocol.js" */

/** The settings are asked for when nothing was changed for this long. */
const QUIET_MS = 1500;

const text = byId("estimate", HTMLElement);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;
/** Only the answer to the newest question is shown. */
let asked = 0;

/** From now on, a change of the settings, and new pictures, lead to a new estimate. */
export function followSettings() {
  for (const id of ["settings", "network-controls"]) byId(id, HTMLElement).addEventListener("input", estimateSoon);
  new MutationObserver(estimateSoon).observe(document.body, { attributeFilter: ["data-state"] });
}

/** After a breakdown the next estimate waits for a change of the settings, because it might break the worker again. */
export function forgetEstimate() {
  clearTimeout(quiet);
  asked += 1;
  show("", true);
}

function estimateSoon() {
  forgetEstimate();
  if (page.data && !isBusy()) quiet = setTimeout(estimate, QUIET_MS);
}

async function estimate() {
  const { data } = page;
  if (!data || isBusy() || needsPart() || (panel.neededSize ?? data.imageSize) !== data.imageSize) return;
  const own = asked;
  try {
    const answer = await client.send({ type: "measure", config: runConfig() });
    if (own === asked) show(sentences(answer), answer.needs.batchSize === answer.batchSize);
  } catch {
    // Something else was to be done, or Fit will report it.
  }
}

/**
 * @param {string} sentence
 * @param {boolean} fits
 */
function show(sentence, fits) {
  setText(text, sentence);
  text.classList.toggle("warning", !fits);
}

/** @param {RunEstimate} estimate */
function sentences({ needs, batchSize, once, seconds }) {
  const { gpu, tab, tabAllowed, largestTensor, largestAllowed } = needs;
  const memory = largestAllowed === null
    ? say("about {tab} of the {allowed} that this tab can have", { tab: fileSize(tab), allowed: fileSize(tabAllowed) })
    : say("about {gpu} on the GPU and {tab} in this tab; its largest buffer has {largest} of the {allowed} that this GPU allows",
      { gpu: fileSize(gpu), tab: fileSize(tab), largest: fileSize(largestTensor), allowed: fileSize(largestAllowed) });
  if (needs.batchSize !== batchSize) {
    const other = largestAllowed === null ? say("a smaller network") : say("the CPU");
    return needs.batchSize > 0
      ? say("The run does not fit: it needs {memory}. Choose batches of at most {batch}, smaller pictures or {other}.", { memory, batch: needs.batchSize, other })
      : say("The run does not fit: it needs {memory}. Choose smaller pictures or {other}.", { memory, other });
  }
  const all = [
    hear(needs.frozen?.sentence ?? ""),
    once > 0 ? say("The frozen layers take {time} before the first epoch.", { time: duration(once) }) : "",
    seconds === null ? "" : say("An epoch takes {time}.", { time: duration(seconds) }),
    say("The run needs {memory}.", { memory }),
  ];
  return together(all.filter(Boolean));
}

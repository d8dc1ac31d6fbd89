/** A single step of a run that is paused, for teaching. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { page, refresh, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { late } from "../tools/late.js";
import { showProgress } from "./progress/view.js";

/** @import { FitEvent } from "../../../tabfit.js" */

const shown = byId("step-look", HTMLElement);

/** Runs one step of the run that is paused; a `step` event tells what it did, and the run waits again. */
export async function oneStep() {
  if (page.phase !== "paused" || page.stepping) return;
  showError("");
  page.stepping = true;
  refresh(say("One step"));
  try {
    await client.send({ type: "one-step" });
  } catch (error) {
    page.stepping = false;
    refresh(say("Paused"));
    report(error);
  }
}

/** @param {Extract<FitEvent, { type: "step" }>} event of a step that was asked for */
export async function onStep(event) {
  page.stepping = false;
  if (page.phase === "paused") refresh(say("Paused"));
  const { epoch, step } = event.look;
  const { epochs, steps } = page.run;
  const done = (epoch - 1 + step / (steps ?? step)) / Math.max(1, epochs);
  showProgress(done, say("Epoch {epoch} of {epochs} · step {step} of {steps}", { epoch, epochs, step, steps: steps ?? "?" }));
  const { showStep } = await late(() => import("./inside/step-look.js"));
  showStep(event);
}

/** The next run begins, which has done nothing yet. */
export function forgetStep() {
  page.stepping = false;
  shown.hidden = true;
}

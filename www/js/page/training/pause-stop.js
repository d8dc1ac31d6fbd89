/** Pause, Resume and Stop. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { isRunning, page, refresh, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { forgetStep } from "./one-step.js";

/** A run or a scoring that takes longer to stop can be terminated. */
const STOP_PATIENCE_MS = 8000;

/** @param {"pause" | "resume"} type */
export async function pauseOrResume(type) {
  page.pausing = type === "pause";
  page.stepping = false;
  if (type === "resume") forgetStep();
  if (page.pausing) refresh(say("Pausing"));
  try {
    await client.send({ type }); // answered after the step that is running
    page.pausing = false;
    if (!isRunning() || page.finishing) return;
    page.phase = type === "pause" ? "paused" : "training";
    refresh(type === "pause" ? say("Paused") : page.scoring ? say("Scoring") : say("Training"));
    byId(type === "pause" ? "resume" : "pause", HTMLButtonElement).focus({ preventScroll: true });
  } catch (error) {
    page.pausing = false;
    report(error);
  }
}

export async function stop() {
  if (page.finishing) return;
  const { run } = page;
  const { ended } = run; // if the run is over, it is its scoring that is to stop
  if (run.stuck) {
    client.restart("stopped at once");
    client.onFatal("it did not answer, so it was stopped at once", true);
    return;
  }
  page.finishing = true;
  refresh(say("Stopping"));
  setTimeout(() => {
    if (page.run !== run || run.ended !== ended || !page.finishing || !isRunning()) return;
    run.stuck = true; // the button now says "Stop at once" and terminates the worker
    page.finishing = false;
    refresh();
  }, STOP_PATIENCE_MS);
  await client.send({ type: "stop" }).catch(report);
}

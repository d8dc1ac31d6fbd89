/** Evaluations of the network in memory. The answers to every picture stay, for those who ask about them. */

import { keepAnswers } from "./kept-answers.js";
import { keepScores } from "./kept.js";
import { sendEvent, state, tasks, theNetwork, thePictures } from "./state.js";
import { reason } from "./storage/reason.js";

/**
 * @import { Evaluation, Part } from "../../tabfit.js"
 */

/**
 * @param {Part} part
 * @param {AbortSignal} signal
 * @returns {Promise<Evaluation>}
 */
export async function evaluate(part, signal) {
  const network = theNetwork();
  const { dataset, summary } = thePictures();
  const { details, ...scores } = await network.evaluate(dataset, part, { details: true, signal }, async (event) => {
    if (event.type === "test") sendEvent(event);
    await tasks.unpaused;
  });
  if (details) {
    const { classNames } = summary;
    state.answers.set(part, { network, dataset, temperature: network.temperature, ...details });
    await keepAnswers({ part, classNames, temperature: network.temperature, groups: undefined, ...details }).catch((error) => {
      sendEvent({ type: "trouble", message: `The answers of the network could not be kept in this browser (${reason(error)}), so no later network can be compared with it.` });
    });
  }
  await keepScores(part, scores);
  return scores;
}

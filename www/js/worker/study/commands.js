/** What the trainer worker does for the commands about the answers of its network. */

import { tasks, theNetwork, thePictures } from "../state.js";

/**
 * @import { StudyReplies } from "../../shared/study.js"
 * @import { Asked } from "./report.js"
 */

export { compare } from "./compare.js";
export { predictMany } from "./folder.js";
export { atThreshold, calibrate, certainty, curves, labelIssues, study } from "./report.js";

/** @param {Asked["grad-cam"]} command @returns {Promise<StudyReplies["grad-cam"]>} */
export function gradCam({ picture, className }) {
  return tasks.runInTurn(async () => {
    const pixels = typeof picture === "number" ? thePictures().dataset.pixels(picture) : picture;
    return theNetwork().gradCam(pixels, className);
  });
}

/** The banner on top of the page that offers to go on with an unfinished run. */

import { byId } from "../tools/dom.js";
import { moment, names } from "../tools/format.js";

/** @import { UnfinishedRun } from "../../shared/protocol.js" */

/**
 * @param {UnfinishedRun} run
 * @param {boolean} pictures there are pictures to go on with
 */
export function describeUnfinished({ date, epoch, epochs, classNames }, pictures) {
  const where = epoch > 0 ? `after epoch ${epoch} of ${epochs}` : `before the first of its ${epochs} epochs was over`;
  const how = pictures ? "Resume goes on where it stopped, with the settings it had." : "Pick the same folder again to go on.";
  byId("unfinished-text", HTMLElement).textContent = `A run of ${moment(date)} stopped ${where} (${names(classNames)}). ${how}`;
}

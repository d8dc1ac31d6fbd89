/** The banner on top of the page that offers to go on with an unfinished run. */

import { say } from "../language/say.js";
import { byId, setText } from "../tools/dom.js";
import { moment, names, together } from "../tools/format.js";

/** @import { UnfinishedRun } from "../../shared/protocol.js" */

/**
 * @param {UnfinishedRun} run
 * @param {boolean} pictures there are pictures to go on with
 */
export function describeUnfinished({ date, epoch, epochs, classNames }, pictures) {
  const values = { date: moment(date), epoch, epochs, classes: names(classNames) };
  const what = epoch > 0
    ? say("A run of {date} stopped after epoch {epoch} of {epochs} ({classes}).", values)
    : say("A run of {date} stopped before the first of its {epochs} epochs was over ({classes}).", values);
  const how = pictures ? say("Resume goes on where it stopped, with the settings it had.") : say("Load the same pictures again to go on.");
  setText(byId("unfinished-text", HTMLElement), together([what, how]));
}

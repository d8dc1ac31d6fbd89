/** Asks before the tab is left, where something would be lost. */

import { isRunning, page } from "../state/state.js";

/** A run goes on, or the network in memory is neither kept in this browser nor saved as a file. */
const wouldLose = () => isRunning() || (page.network && !page.saved && !page.kept?.current);

export function askBeforeLeaving() {
  addEventListener("beforeunload", (event) => {
    if (wouldLose()) event.preventDefault(); // the browser then asks, in words of its own
  });
}

/** What takes longest begins before the rest of the page has loaded: the trainer worker, and the question for a GPU. */

import { findAdapter } from "../../../adapter.js";
import { ownWorker } from "../../shared/own-worker.js";

export const newWorker = () => ownWorker("js/worker.js", "tabfit");
export const firstWorker = newWorker();

export const adapter = findAdapter();
adapter.catch(() => {}); // whoever awaits it reports the error

/** What takes longest begins before the rest of the page has loaded: the trainer worker, and the question for a GPU. */

import { findAdapter } from "../../../adapter.js";

export const newWorker = () => new Worker(new URL("../../worker.js", import.meta.url), { type: "module", name: "tabfit" });
export const firstWorker = newWorker();

export const adapter = findAdapter();
adapter.catch(() => {}); // whoever awaits it reports the error

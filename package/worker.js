/** The script of a helper: one more thread that shares the work of training on the processor. `startWorkers` speaks to it. */

import init, { serve } from "./tabfit.js";

// The first message has the compiled wasm. `serve` is undefined until `init` has loaded it.
self.onmessage = ({ data }) => init(data).then(() => serve());

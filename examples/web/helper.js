/** A helper: one more thread for training on the processor. arrays.js and folder.js start it with `startWorkers`. */

import init, { serve } from "../../pkg/tabfit.js";

// The first message has the compiled wasm. `serve` is undefined until `init` has loaded it.
self.onmessage = ({ data }) => init(data).then(() => serve());

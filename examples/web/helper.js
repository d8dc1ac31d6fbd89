/** A helper: one more thread for training on the processor. arrays.js and folder.js start it with `startWorkers`. */

import init, { serve } from "../../pkg/tabfit.js";

// The first message is the compiled wasm.
self.onmessage = ({ data: module }) => init({ module_or_path: module }).then(serve);

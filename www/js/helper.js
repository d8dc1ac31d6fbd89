/** A helper: one more thread that shares the work of training on the processor. */

import init, { serve } from "../tabfit.js";

// The first message is the compiled wasm, so that a helper loads and compiles nothing.
self.onmessage = ({ data: module }) => init({ module_or_path: module }).then(serve);

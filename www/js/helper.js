/** A helper: one more thread that shares the work of training on the processor. */

import init, { serve } from "../tabfit.js";

// The first message has the compiled wasm, so that a helper compiles nothing.
self.onmessage = ({ data }) => init(data).then(serve);

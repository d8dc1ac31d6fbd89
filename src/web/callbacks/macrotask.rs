//! Lets the browser, or Node, handle what waits before a run goes on.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(inline_js = "
// A message on one's own channel is a macrotask without the 4 ms delay of nested timers. In Node, an open channel keeps the
// program from ending, so that it counts (`ref`) only while something waits.
const { port1, port2 } = new MessageChannel();
const waiting = [];
port1.onmessage = () => {
  waiting.shift()();
  if (waiting.length === 0) port1.unref?.();
};
port1.unref?.();
export const macrotask = () => new Promise((resolve) => {
  waiting.push(resolve);
  port1.ref?.();
  port2.postMessage(0);
});
")]
extern "C" {
    /// Settles after the events that wait now, such as a click.
    pub(super) fn macrotask() -> Promise;
}

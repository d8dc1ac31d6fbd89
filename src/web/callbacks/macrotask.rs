//! Lets the browser, or Node, handle what waits before a run goes on.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::error::{Error, Result};

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
    fn macrotask() -> Promise;
}

/// The worker receives the messages "pause" and "stop" only between macrotasks, as a page does a click.
pub(in crate::web) async fn hear_messages() -> Result<()> {
    let heard = JsFuture::from(macrotask()).await;
    heard.map(drop).map_err(|_| Error::Device("The browser refused a message.".into()))
}

/** A worker that does what `page.js` tells it to. */

/** @param {Record<string, (...given: any[]) => any>} does */
export function answers(does) {
  self.onmessage = async ({ data: [id, what, ...given] }) => {
    try {
      self.postMessage({ id, value: await does[what](...given) });
    } catch (error) {
      self.postMessage({ id, error: `${what} ${given}: ${error.stack}` });
    }
  };
}

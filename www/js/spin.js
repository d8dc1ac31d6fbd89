/** A thread that is busy for a moment, and says for which share of it a processor core was there for it. */

/** A pause of so many milliseconds means that another thread had the core. Browsers tell the time to a millisecond. */
const PAUSE = 1.5;

/** Milliseconds since 1970, which all threads count alike. */
const now = () => performance.timeOrigin + performance.now();

self.onmessage = ({ data: { from, until } }) => {
  let away = 0;
  while (now() < from); // all begin at once
  for (let last = from; last < until; ) {
    const next = now();
    if (next - last > PAUSE) away += Math.min(next, until) - last;
    last = next;
  }
  self.postMessage(1 - away / Math.max(1, until - from));
};

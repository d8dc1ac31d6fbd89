/** A thread that only counts for a moment: how far it gets says how much of a processor core it has. */

self.onmessage = ({ data: milliseconds }) => {
  const end = performance.now() + milliseconds;
  let count = 0;
  for (let mixed = 1; performance.now() < end; count++) {
    for (let i = 0; i < 20_000; i++) mixed = (mixed * 1_664_525 + 1_013_904_223) | 0;
    if (mixed === 0) count++; // so that no compiler leaves the loop out
  }
  self.postMessage(count);
};

/**
 * Keeps the screen on while a network trains: a laptop that falls asleep does not learn.
 */

/** @type {WakeLockSentinel | null} */
let lock = null;
let wanted = false;

/** @param {boolean} awake */
export async function keepAwake(awake) {
  wanted = awake;
  if (!awake) {
    await lock?.release();
    lock = null;
    return;
  }
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    lock = null; // a courtesy: some browsers lack it, and a low battery refuses it
  }
}

// The browser takes the lock away from a hidden tab.
document.addEventListener("visibilitychange", () => {
  if (wanted && document.visibilityState === "visible") void keepAwake(true);
});

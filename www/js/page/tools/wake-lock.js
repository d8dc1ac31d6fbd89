/** Keeps the screen on while a network trains: on a laptop that sleeps, training stops. */

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
    if (!wanted) await keepAwake(false); // the run was over before the browser had answered
  } catch {
    lock = null; // some browsers lack it, and a low battery refuses it; training goes on without
  }
}

// The browser releases the lock when the tab is hidden, so it is requested again when the tab comes back.
document.addEventListener("visibilitychange", () => {
  if (wanted && document.visibilityState === "visible") void keepAwake(true);
});

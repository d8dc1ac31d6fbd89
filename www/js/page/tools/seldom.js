/** Drawing what comes in quickly only a few times a second: more often nobody can read it, and drawing takes time from training. */

/** The least time between two drawings, in milliseconds. */
const BETWEEN = 250;

export class Seldom {
  #draw;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;
  #last = -Infinity;

  /** @param {() => void} draw draws everything that has come since it was called before */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Something has come: draws it now, or a little later together with what comes until then. */
  draw() {
    if (this.#waiting !== undefined) return;
    const wait = this.#last + BETWEEN - performance.now();
    if (wait > 0) this.#waiting = setTimeout(() => this.#now(), wait);
    else this.#now();
  }

  /** Draws now what still waits. */
  flush() {
    if (this.#waiting !== undefined) this.#now();
  }

  #now() {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#last = performance.now();
    this.#draw();
  }
}

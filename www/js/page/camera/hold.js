/** A button that is held: with a pointer, with a finger, or with the space bar or Enter. */

/**
 * @typedef {object} Holding
 * @property {() => unknown} begin
 * @property {() => unknown} end
 * @property {() => unknown} once the button was activated without being held, as assistive technology does
 * @property {() => boolean} byPresses one press begins and the next one ends, for people who cannot hold
 * @property {() => boolean} begun
 */

/**
 * @param {HTMLButtonElement} button
 * @param {Holding} holding
 */
export function onHold(button, { begin, end, once, byPresses, begun }) {
  const release = () => {
    if (!byPresses()) end();
  };
  button.addEventListener("pointerdown", (event) => {
    if (byPresses() || event.button !== 0) return;
    button.setPointerCapture(event.pointerId); // so that the end is heard wherever the pointer is let go
    begin();
  });
  for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture", "blur"])) button.addEventListener(type, release);
  button.addEventListener("keydown", (event) => {
    if (byPresses() || !isPress(event)) return;
    event.preventDefault(); // it would be a click
    if (!event.repeat) begin();
  });
  button.addEventListener("keyup", (event) => {
    if (byPresses() || !isPress(event)) return;
    event.preventDefault();
    end();
  });
  button.addEventListener("click", ({ detail }) => {
    if (!byPresses()) return void (detail === 0 && once()); // the click of a pointer that was held counts from 1
    if (begun()) end();
    else begin();
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a finger that is held would open it
}

/** @param {KeyboardEvent} event */
const isPress = ({ key }) => key === " " || key === "Enter";

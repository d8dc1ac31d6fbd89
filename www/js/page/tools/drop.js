/** Dropping files on a part of the page. */

/**
 * @param {HTMLElement} zone
 * @param {(transfer: DataTransfer) => void} use
 */
export function onDrop(zone, use) {
  zone.addEventListener("dragover", (event) => {
    event.preventDefault(); // otherwise the browser leaves the page and opens the file
    event.stopPropagation();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", (event) => {
    const { relatedTarget } = event;
    if (!(relatedTarget instanceof Node && zone.contains(relatedTarget))) zone.classList.remove("over");
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation(); // the innermost zone wins
    zone.classList.remove("over");
    if (event.dataTransfer) use(event.dataTransfer);
  });
}

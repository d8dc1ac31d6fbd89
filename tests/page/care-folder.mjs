/** A folder in which everything is planted that the care of pictures finds, and the page's section of it as a person uses it. */

/** The name of one of its pictures: as markup it would do something. */
export const NASTY = "<img src=x onerror=alert(1)>.png";

/**
 * Discs on bright ground and frames on dark ground, drawn and encoded by the browser. Planted are
 *
 * - an exact copy, one that was saved again as JPEG 75, and one at half the size, each of a test picture in `Training`;
 * - three discs among the frames;
 * - a dark picture and a blurred one.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<Record<string, Buffer>>} by path
 */
export async function plantedFolder(page) {
  const files = await page.evaluate(async (nasty) => {
    let state = 7;
    const random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    const between = (low, high) => low + (high - low) * random();
    const SIDE = 128;
    /** Ground, a shape, and spots that no other picture has. */
    const drawn = (kind, bright) => {
      const canvas = new OffscreenCanvas(SIDE, SIDE);
      const context = canvas.getContext("2d");
      context.fillStyle = `hsl(${between(0, 360)} 30% ${bright ? between(70, 80) : between(25, 35)}%)`;
      context.fillRect(0, 0, SIDE, SIDE);
      for (let i = 0; i < 14; i++) {
        context.fillStyle = `hsl(${between(0, 360)} 50% ${between(20, 80)}%)`;
        context.fillRect(between(0, SIDE), between(0, SIDE), between(5, 15), between(5, 15));
      }
      const [x, y, radius] = [between(44, 84), between(44, 84), between(24, 38)];
      context.lineWidth = 9;
      context.strokeStyle = context.fillStyle = `hsl(${between(0, 360)} 90% ${bright ? 30 : 70}%)`;
      context.beginPath();
      if (kind === "disc") context.arc(x, y, radius, 0, 7);
      if (kind === "disc") context.fill();
      else context.strokeRect(x - radius, y - radius, 2 * radius, 2 * radius);
      context.lineWidth = 14; // a rim of the same grey in all pictures
      context.strokeStyle = "#808080";
      context.strokeRect(0, 0, SIDE, SIDE);
      return canvas;
    };
    const changed = (canvas, filter, scale = 1) => {
      const other = new OffscreenCanvas(canvas.width * scale, canvas.height * scale);
      const context = other.getContext("2d");
      context.filter = filter;
      context.drawImage(canvas, 0, 0, other.width, other.height);
      return other;
    };
    /** A frame on ground of many tones, without an edge: CleanVision calls no picture of few tones blurred. */
    const blurred = () => {
      const canvas = new OffscreenCanvas(SIDE, SIDE);
      const context = canvas.getContext("2d");
      const ground = context.createLinearGradient(0, 0, SIDE, 0.6 * SIDE);
      ground.addColorStop(0, "#000000");
      ground.addColorStop(1, "#b0b0b0");
      context.fillStyle = ground;
      context.fillRect(0, 0, SIDE, SIDE);
      context.filter = "blur(9px)";
      context.lineWidth = 9;
      context.strokeStyle = "rgb(120 200 120 / 25%)";
      context.strokeRect(34, 34, 60, 60);
      return canvas;
    };
    const made = {};
    const save = async (path, canvas, type = "image/png") => {
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.75 })).arrayBuffer());
      made[path] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    };
    const KINDS = ["disc", "frame"];
    for (const kind of KINDS) {
      for (let i = 0; i < 24; i++) await save(`Training/${kind}/p${String(i % 8)}_${i}.png`, drawn(kind, kind === "disc"));
      for (let i = 0; i < 8; i++) {
        const picture = drawn(kind, kind === "disc");
        await save(`Testing/${kind}/q${i}_${i}.png`, picture);
        if (i === 0 && kind === "disc") await save(`Training/disc/${nasty}`, picture);
        if (i === 1 && kind === "frame") await save("Training/frame/saved again.jpg", picture, "image/jpeg");
        if (i === 2 && kind === "disc") await save("Training/disc/half.png", changed(picture, "none", 0.5));
      }
    }
    for (let i = 0; i < 3; i++) await save(`Training/frame/flipped${i}.png`, drawn("disc", true));
    await save("Training/disc/dark.png", changed(drawn("disc", true), "brightness(4%)"));
    await save("Training/frame/blurred.png", blurred());
    return made;
  }, NASTY);
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, "base64")]));
}

/** Opens the section, once the page has looked through the pictures. */
export async function openCare(tab) {
  await tab.page.locator("#care-line").waitFor({ timeout: 60_000 });
  await tab.page.click("#care-open");
  await tab.page.locator("#care-title").waitFor();
}

/** Opens a topic of the section, if it is not open. */
export async function openTopic(tab, id) {
  const open = await tab.page.locator(`#care-${id}`).evaluate((details) => details.open);
  if (!open) await tab.page.click(`#care-${id} > summary`);
  await tab.page.locator(`#care-${id} > :nth-child(2)`).waitFor();
}

/** The names of the pictures in each group of duplicates, sorted. */
export const groupNames = (tab) => tab.page.locator(".care-group").evaluateAll((groups) =>
  groups.map((group) => [...group.querySelectorAll(".care-name")].map((name) => name.textContent).sort().join(" + ")).sort());

/** Pictures of all classes in a part, as the table of the first step shows them. */
export const inPart = async (tab, column) =>
  Number((await tab.page.locator(`#class-table tfoot td:nth-child(${column + 1})`).textContent()).replace(/\D/g, ""));

/** Waits for the sentence that says what became of a decision. */
export async function told(tab, sentence) {
  await tab.page.locator(".care-note-line").filter({ hasText: sentence }).waitFor({ timeout: 20_000 });
}

/** The pictures of a topic, each with what was decided about it. */
export const allPictures = (tab, topic) => tab.page.locator(`#care-${topic} .care-picture`).evaluateAll((items) =>
  items.map((item) => `${item.querySelector(".care-name").textContent}: ${item.querySelector(".care-decision").textContent}`).sort());

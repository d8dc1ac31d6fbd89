/** The camera while it is on. One is on at most: whoever opens it anew closes the one before. */

import { keepsDrawnPixels } from "../../shared/decode.js";
import { say } from "../language/say.js";

/** The side of a picture: that of the largest size to which the page makes pictures. */
const SIDE = 224;
/** More would only be made smaller again. @type {MediaStreamConstraints} */
const WISHES = { video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false };
/** What a picture is stored as. */
const JPEG = { type: "image/jpeg", quality: 0.92 };

/** @type {Camera | null} */
let current = null;

export class Camera {
  #video;
  #mustClose;
  #onClosed;
  #canvas = new OffscreenCanvas(SIDE, SIDE);
  #closed = new AbortController();
  /** @type {MediaStream | null} */
  #stream = null;

  /**
   * @param {HTMLVideoElement} video shows what the camera sees, and is visible
   * @param {object} of
   * @param {() => string} of.mustClose why the camera may not be on now, in a sentence; empty if it may
   * @param {(sentence: string) => void} of.onClosed is told once, with the reason if the person did not ask for it
   */
  constructor(video, { mustClose, onClosed }) {
    this.#video = video;
    this.#mustClose = mustClose;
    this.#onClosed = onClosed;
  }

  get isOn() {
    return this.#stream !== null && !this.#closed.signal.aborted;
  }

  /**
   * Asks for the permission and shows what the camera sees. Whatever goes wrong is told to `onClosed`.
   *
   * @returns whether the camera is on
   */
  async open() {
    current?.close(say("The camera is used at another place of this page now."));
    current = this;
    this.#watch();
    try {
      if (!navigator.mediaDevices) throw new DOMException("", isSecureContext ? "NotSupportedError" : "SecurityError");
      if (!keepsDrawnPixels()) throw new DOMException("", "DataError");
      this.#stream = await navigator.mediaDevices.getUserMedia(WISHES);
      if (this.#closed.signal.aborted) return this.#release(); // the person did not wait for the browser's question
      for (const track of this.#stream.getTracks()) track.addEventListener("ended", () => this.close(say("The camera stopped by itself; connect it again, or close the program that took it.")));
      this.#video.srcObject = this.#stream;
      await this.#video.play();
      this.#look();
    } catch (error) {
      this.close(refusal(error));
    }
    return this.isOn;
  }

  /** @param {string} [sentence] why; empty if the person asked for it */
  close(sentence = "") {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    if (current === this) current = null;
    this.#release();
    this.#onClosed(sentence);
  }

  /** The square in the middle of what the camera sees now, not mirrored. */
  async picture() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const side = Math.min(width, height);
    const context = this.#canvas.getContext("2d");
    if (!context || side === 0) throw new Error(say("The camera shows no picture; stop it and start it again."));
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
    return this.#canvas.convertToBlob(JPEG);
  }

  /** Resolves when the camera has sent another picture. @returns {Promise<unknown>} */
  nextFrame() {
    const video = this.#video;
    // Older browsers do not say when it has.
    return new Promise((resolve) => ("requestVideoFrameCallback" in video ? video.requestVideoFrameCallback(resolve) : requestAnimationFrame(resolve)));
  }

  /** Its light goes out. */
  #release() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    if (this.#video.srcObject === this.#stream) this.#video.srcObject = null;
    return false;
  }

  /** Closes it as soon as nobody looks at it, or something else is to be done. */
  #watch() {
    const { signal } = this.#closed;
    const look = () => this.#look();
    const states = new MutationObserver(look);
    states.observe(document.body, { attributeFilter: ["data-state", "data-network"] });
    signal.addEventListener("abort", () => states.disconnect());
    document.addEventListener("visibilitychange", look, { signal });
    document.addEventListener("toggle", look, { capture: true, signal }); // it does not bubble
    addEventListener("pagehide", () => this.close(), { signal });
  }

  #look() {
    const why = this.#mustClose();
    if (why) this.close(why);
    else if (!this.#video.checkVisibility()) this.close();
    else if (this.#stream && document.hidden) this.close(say("The camera was switched off when the tab was hidden; start it again."));
  }
}

/**
 * Why the camera cannot be used, and what to do.
 *
 * @param {unknown} error
 */
function refusal(error) {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  switch (name) {
    case "NotAllowedError":
      return say("The camera was not allowed; allow it for this page in the browser's address bar or in the settings of the system, and start it again.");
    case "NotFoundError":
    case "OverconstrainedError":
      return say("No camera was found; connect one and start it again.");
    case "NotReadableError":
    case "AbortError":
      return say("The camera gives no picture, perhaps because another program uses it; close that program and start the camera again.");
    case "SecurityError":
      return say("Browsers give the camera only to pages that come by https or from this computer itself; open this page at such an address.");
    case "NotSupportedError":
      return say("This browser has no camera for pages; open this page in another one.");
    case "DataError":
      return say("This browser changes the pixels that a page reads, so pictures of the camera would be wrong; allow this page to read canvas data, or use another browser.");
    default:
      return say("The camera could not be started ({why}); start it again, or use pictures from a folder.", { why: message });
  }
}

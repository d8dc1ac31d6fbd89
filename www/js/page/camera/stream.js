/** The camera while it is on. One is on at most: whoever opens it anew closes the one before. */

import { keepsDrawnPixels } from "../../shared/decode.js";
import { say } from "../language/say.js";

/** The side of a picture: that of the largest size to which the page makes pictures. */
const SIDE = 224;
/** More pixels would only be made fewer again. */
const ENOUGH = { width: { ideal: 640 }, height: { ideal: 480 } };
/** What a picture is stored as. */
const JPEG = { type: "image/jpeg", quality: 0.92 };

/** @type {Camera | null} */
let current = null;
/** The camera that the person has changed to; empty for the one that the browser gives. */
let chosen = "";

export class Camera {
  #video;
  #mustClose;
  #onClosed;
  #canvas = new OffscreenCanvas(SIDE, SIDE);
  #closed = new AbortController();
  /** @type {MediaStream | null} */
  #stream = null;
  /** All that this computer has. @type {string[]} */
  #cameras = [];

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

  /** Its pictures can be taken now. */
  get isOn() {
    return this.#stream !== null && !this.isClosed;
  }

  get isClosed() {
    return this.#closed.signal.aborted;
  }

  /** This computer has other cameras, too. */
  get hasOthers() {
    return this.isOn && this.#cameras.length > 1;
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
      await this.#show();
      const devices = await navigator.mediaDevices.enumerateDevices();
      this.#cameras = devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
    } catch (error) {
      this.#refuse(error);
    }
    return this.isOn;
  }

  /** Goes to the next camera of this computer. */
  async change() {
    if (!this.isOn) return;
    const now = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
    chosen = this.#cameras[(this.#cameras.indexOf(now) + 1) % this.#cameras.length] ?? "";
    this.#release(); // a phone gives one camera at a time
    try {
      await this.#show();
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #show() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: chosen ? { ...ENOUGH, deviceId: { exact: chosen } } : ENOUGH, audio: false });
    this.#stream = stream;
    if (this.isClosed) return this.#release(); // the person did not wait for the browser's question
    for (const track of stream.getVideoTracks()) {
      track.addEventListener("ended", () => this.close(say("The camera stopped by itself; connect it again, or close the program that took it.")));
      this.#video.classList.toggle("faces-away", track.getSettings().facingMode === "environment"); // only a view of oneself is mirrored
    }
    this.#video.srcObject = stream;
    await this.#video.play();
    this.#look();
  }

  /** @param {unknown} error */
  #refuse(error) {
    chosen = ""; // the next start takes the camera that the browser gives
    this.close(refusal(error));
  }

  /** @param {string} [sentence] why; empty if the person asked for it */
  close(sentence = "") {
    if (this.isClosed) return;
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
    this.#stream = null;
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

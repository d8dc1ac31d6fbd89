/** "Use the camera" in step 1: pictures are taken for each class while its button is held, and then used like those of a folder. */

import { say } from "../language/say.js";
import { load } from "../pictures/step.js";
import { isRunning } from "../state/state.js";
import { ask } from "../tools/ask.js";
import { byId, cloneTemplate, setText } from "../tools/dom.js";
import { count } from "../tools/format.js";
import { onHold } from "./hold.js";
import { problemOf } from "./names.js";
import { RecordedClass } from "./recorded-class.js";
import { Camera } from "./stream.js";

/** Eight pictures a second: milliseconds between two of them. */
const BETWEEN = 125;
/** The most pictures of all classes together, because they stay in memory. */
const MOST = 2000;

byId("camera", HTMLDetailsElement).append(cloneTemplate("camera-template"));
const video = byId("camera-video", HTMLVideoElement);
const start = byId("camera-start", HTMLButtonElement);
const stop = byId("camera-stop", HTMLButtonElement);
const change = byId("camera-change", HTMLButtonElement);
const note = byId("camera-note", HTMLElement);
const problem = byId("camera-problem", HTMLElement);
const presses = byId("camera-presses", HTMLInputElement);
const rows = byId("camera-classes", HTMLElement);
const adding = byId("camera-add", HTMLButtonElement);

/** @type {RecordedClass[]} */
let classes = [];
/** @type {Camera | null} */
let camera = null;
/** The recording that goes on. @type {{ of: RecordedClass } | null} */
let recording = null;

const taken = () => classes.reduce((sum, { pictures }) => sum + pictures.length, 0);

start.addEventListener("click", startCamera);
stop.addEventListener("click", () => camera?.close());
change.addEventListener("click", () => camera?.change().then(showState));
presses.addEventListener("change", () => {
  endRecording();
  showState();
});
adding.addEventListener("click", () => addClass().nameField.select());
byId("camera-use", HTMLButtonElement).addEventListener("click", usePictures);
addEventListener("beforeunload", (event) => {
  if (taken() > 0) event.preventDefault(); // they are nowhere else
});
addClass();
addClass();

async function startCamera() {
  video.hidden = false;
  start.disabled = true;
  setText(note, say("The browser asks whether this page may use the camera."));
  const opened = new Camera(video, {
    mustClose: () => (isRunning() ? say("The camera is off while a network trains.") : ""),
    onClosed: closed,
  });
  camera = opened;
  if (!(await opened.open())) return;
  start.disabled = false;
  setText(note, say("The camera is on. Hold the button of a class to record it."));
  showState();
  stop.focus();
}

/** @param {string} sentence why the camera was closed */
function closed(sentence) {
  const focused = document.activeElement === stop;
  camera = null;
  video.hidden = true;
  start.disabled = false;
  setText(note, sentence);
  endRecording();
  showState();
  if (focused) start.focus();
}

function showState() {
  const on = camera?.isOn ?? false;
  start.hidden = on;
  stop.hidden = !on;
  change.hidden = !camera?.hasOthers;
  for (const one of classes) one.showRecording({ on, recording: recording?.of === one, byPresses: presses.checked });
}

function addClass() {
  const added = new RecordedClass();
  classes.push(added);
  rows.append(added.row);
  onHold(added.button("record"), {
    begin: () => record(added),
    end: () => recording?.of === added && endRecording(),
    once: () => take(added).catch(failed),
    byPresses: () => presses.checked,
    begun: () => recording?.of === added,
  });
  added.button("last").addEventListener("click", () => added.removeLast());
  added.button("clear").addEventListener("click", async () => {
    if (await mayDelete(added)) added.clear();
  });
  added.button("remove").addEventListener("click", async () => {
    if (added.pictures.length > 0 && !(await mayDelete(added))) return;
    classes = classes.filter((other) => other !== added);
    added.row.remove();
    adding.focus();
  });
  showState();
  return added;
}

/** @param {RecordedClass} of */
async function mayDelete({ name, pictures }) {
  const question = say("Delete all pictures of “{name}” ({count})?", { name, count: count(pictures.length) });
  return (await ask(question, say("Delete them"))) !== null;
}

/** @param {RecordedClass} of takes pictures of it until the recording ends */
async function record(of) {
  const own = { of };
  recording = own;
  showProblem("");
  showState();
  try {
    while (recording === own) {
      const next = performance.now() + BETWEEN;
      if (!(await take(of))) break;
      await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
    }
  } catch (error) {
    failed(error);
  }
  if (recording === own) endRecording();
  if (camera) setText(note, say("Pictures of “{name}”: {count}.", { name: of.name, count: count(of.pictures.length) }));
}

function endRecording() {
  recording = null;
  showState();
}

/**
 * @param {RecordedClass} of
 * @returns whether a picture was taken
 */
async function take(of) {
  if (!camera?.isOn || of.button("record").matches(":disabled")) return false; // a held button is disabled with its step
  if (taken() >= MOST) {
    showProblem(say("There are {count} pictures, and more are not kept in memory; delete some first, or use these.", { count: count(MOST) }));
    return false;
  }
  const picture = await camera.picture();
  if (classes.includes(of)) of.add(picture);
  return true;
}

/** @param {unknown} error */
function failed(error) {
  showProblem(error instanceof Error ? error.message : String(error));
}

function usePictures() {
  endRecording();
  const wrong = problemOf(classes.map(({ name, pictures }) => ({ name, pictures: pictures.length })));
  showProblem(wrong?.sentence ?? "", wrong ? classes[wrong.at] : undefined);
  if (wrong) return;
  return load(() => classes.flatMap(({ name, pictures }) => pictures.map((picture, i) => {
    const file = `${String(i + 1).padStart(4, "0")}.jpg`;
    return { path: `${name}/${file}`, file: new File([picture], file, { type: picture.type }) };
  })));
}

/**
 * @param {string} sentence empty if there is none
 * @param {RecordedClass} [of] the class that it is about
 */
function showProblem(sentence, of) {
  setText(problem, sentence);
  problem.hidden = sentence === "";
  for (const { nameField } of classes) {
    nameField.removeAttribute("aria-invalid");
    nameField.removeAttribute("aria-errormessage");
  }
  if (!of) return;
  of.nameField.setAttribute("aria-invalid", "true");
  of.nameField.setAttribute("aria-errormessage", problem.id);
  of.nameField.focus();
}

/** What can be done with the chosen pictures, and with the last decision. */

import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { isBusy, report } from "../state/state.js";
import { setText, setWords } from "../tools/dom.js";
import { many, together } from "../tools/format.js";
import { canRedo, canUndo, decide, keeping, redo, restore, undo } from "./decide.js";
import { button, make, select } from "./make.js";
import { care, onDecided } from "./pictures.js";
import { chooseNone, chosen, onChosen } from "./selection.js";

const note = make("p", "care-note-line hint");
note.setAttribute("role", "status");

/** Says what became of a decision. @param {string} sentence */
export function tell(sentence) {
  const unkept = keeping.why && sentence ? say("It is not kept for the next visit: {why}.", { why: keeping.why }) : "";
  setText(note, together([sentence, unkept].filter(Boolean)));
}

/**
 * Does something that the person asked for, and says what became of it.
 *
 * @param {() => Promise<string>} work
 */
export async function tried(work) {
  showError("");
  try {
    tell(await work());
  } catch (error) {
    report(error);
  }
}

export function toolbar() {
  const ids = () => [...chosen];
  const { list, field } = select(say("Class"), care.classNames.map((name) => /** @type {const} */ ([name, name])), "care-class");
  const relabel = button(say("Give them this class"), () => tried(async () => {
    const pictures = ids();
    await decide(pictures, { label: list.value });
    return many(pictures.length, "picture has this class now.", "pictures have this class now.");
  }));
  const exclude = button(say("Leave out"), () => tried(async () => {
    const pictures = ids();
    await decide(pictures, { excluded: true });
    return many(pictures.length, "picture is left out now.", "pictures are left out now.");
  }));
  const back = button(say("Restore"), () => tried(async () => {
    const pictures = ids();
    await restore(pictures);
    return many(pictures.length, "picture is as its folder says.", "pictures are as their folders say.");
  }));
  const none = button(say("Choose none"), () => {
    chooseNone();
    undoing.focus(); // the button that was pressed is gone
  });
  const undoing = button(say("Undo"), () => tried(async () => many(await undo(), "picture is as it was before.", "pictures are as they were before.")));
  const redoing = button(say("Redo"), () => tried(async () => many(await redo(), "picture was changed again.", "pictures were changed again.")));
  const count = make("p", "care-count");
  count.setAttribute("role", "status");
  const withChosen = make("div", "buttons", [field, relabel, exclude, back, none]);
  const fields = /** @type {HTMLFieldSetElement} */ (make("fieldset", "plain care-tools", [
    make("legend", "visually-hidden", say("What to do with the chosen pictures")),
    make("div", "care-bar", [count, make("div", "buttons", [undoing, redoing]), withChosen]),
    note,
  ]));
  setText(note, "");
  setWords(list, "aria-label", say("Class"));
  const follow = () => {
    setText(count, chosen.size === 0 ? say("No picture is chosen.") : many(chosen.size, "picture is chosen.", "pictures are chosen."));
    withChosen.hidden = chosen.size === 0;
    undoing.disabled = !canUndo();
    redoing.disabled = !canRedo();
    fields.disabled = isBusy();
  };
  onChosen(follow);
  onDecided(follow);
  new MutationObserver(() => fields.isConnected && follow()).observe(document.body, { attributeFilter: ["data-state"] });
  follow();
  return fields;
}

/** What a person decides about a picture: another class, or that it is left out. Training again uses it; the file is not touched. */

import { hear, say } from "../../language/say.js";
import { option, setText } from "../../tools/dom.js";
import { late } from "../../tools/late.js";
import { button, field, node } from "../node.js";

const care = () => late(() => import("../../care/decide.js"));

export class Decision {
  #decided;
  #id = -1;
  #classes = node("select", { is: { id: "gallery-label" } });
  #relabel = button(say("Give it this class"), () => this.#decide({ label: this.#classNames[Number(this.#classes.value)] ?? "" }), { is: { id: "gallery-relabel" } });
  #exclude = button(say("Exclude it"), () => this.#decide({ excluded: true }), { is: { id: "gallery-exclude" } });
  #restore = button(say("Take it in again"), () => this.#decide({ excluded: false }), { is: { id: "gallery-restore" } });
  #note = node("p", { css: "hint", is: { id: "gallery-decided", role: "status" } });
  element = node("div", { css: "gallery-decision" }, [
    field(say("Its right class"), this.#classes), node("div", { css: "buttons" }, [this.#relabel, this.#exclude, this.#restore]), this.#note,
  ]);

  /** @param {() => void} decided */
  constructor(decided) {
    this.#decided = decided;
    this.#classes.addEventListener("change", () => this.#follow());
  }

  /** @type {readonly string[]} */
  #classNames = [];
  /** The class that it has now. */
  #given = 0;

  /** @param {number} id @param {readonly string[]} classNames @param {number} label */
  show(id, classNames, label) {
    this.#id = id;
    this.#given = label;
    this.#classNames = classNames;
    this.#classes.replaceChildren(...classNames.map((name, index) => option(name, String(index), index === label)));
    this.#restore.hidden = true;
    this.#exclude.hidden = false;
    setText(this.#note, "");
    this.#follow();
    care().then(({ decided }) => this.#tell(decided(id))).catch((error) => this.#fail(error));
  }

  #follow() {
    this.#relabel.disabled = Number(this.#classes.value) === this.#given;
  }

  /** @param {{ label?: string, excluded?: boolean } | null} was decided */
  #tell(was) {
    this.#restore.hidden = !was?.excluded;
    this.#exclude.hidden = Boolean(was?.excluded);
    if (was?.excluded) setText(this.#note, say("It is excluded; the numbers here are still those with it. Fit again to train without it."));
    else if (was?.label !== undefined) setText(this.#note, say("Its class is {name} now; the numbers here are still those of before. Fit again to train with it.", { name: was.label }));
    else setText(this.#note, "");
  }

  /** @param {{ label: string } | { excluded: boolean }} what */
  async #decide(what) {
    const id = this.#id;
    try {
      const { decide, decided } = await care();
      await decide([id], what);
      if (id === this.#id) this.#tell(decided(id));
      this.#decided();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The alert of the page lies behind the dialog, so it is said here. @param {unknown} error */
  #fail(error) {
    setText(this.#note, hear(error instanceof Error ? error.message : String(error)));
  }
}

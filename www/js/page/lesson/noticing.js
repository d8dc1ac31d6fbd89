/** What the person has done since the lesson began: runs with their settings, parts that were opened, networks that were seen. */

import { isRunning, page } from "../state/state.js";
import { endedRun, hasShapes, held, parameters, unmet } from "./facts.js";

/**
 * @import { Run } from "../state/state.js"
 * @import { Need, RunFacts } from "./facts.js"
 * @import { Step } from "./steps.js"
 */

export class Noticing {
  /** The runs that fitted a step, by its id. @type {Record<string, RunFacts>} */
  runs = {};
  /** How many parameters the chosen networks had, by preset. @type {Record<string, number>} */
  parameters = {};
  /** The parts that were opened, by a selector of what lies in them. @type {Set<string>} */
  opened = new Set();
  /** What the settings of the last run differed from, for the step that was shown; empty if it was as the step needs. @type {readonly Need[]} */
  differed = [];
  /** The last run was changed while it trained, so it fits no step. */
  steered = false;

  #steps;
  /** The number of parameters that was shown last. @type {number | null} */
  #parameters = null;
  /** The run that goes on or has been counted. @type {Run | null} */
  #run = null;
  #counted = true;
  /** What the fields held when it began. @type {Record<string, string | boolean>} */
  #settings = {};

  /** @param {readonly Step[]} steps */
  constructor(steps) {
    this.#steps = steps;
  }

  /** Something may have happened. @param {Step} step that is shown */
  look(step) {
    if (isRunning() && page.run !== this.#run && !page.run.ended) this.#begin();
    if (page.phase === "done" && page.run === this.#run && page.run.ended && !this.#counted) this.#end(step);
    this.#countParameters();
    for (const selector of step.open ?? []) {
      if (!document.querySelector(selector)?.closest("details:not([open])")) this.opened.add(selector);
    }
  }

  /** Only a number that has just come is that of the chosen network: until then the page shows the one before. */
  #countParameters() {
    const count = parameters();
    if (count !== null && count !== this.#parameters && page.data) this.parameters[String(held("preset"))] = count;
    this.#parameters = count;
  }

  #begin() {
    this.#run = page.run;
    this.#counted = false;
    this.#settings = Object.fromEntries(this.#steps.flatMap(({ needs }) => needs.map(([id]) => [id, held(id)])));
  }

  /** @param {Step} step */
  #end(step) {
    this.#counted = true;
    const run = endedRun();
    this.steered = page.run.changes.length > 0;
    if (!run || !hasShapes() || this.steered) return;
    /** @param {Step} of */
    const differences = ({ needs }) => unmet(needs, (id) => this.#settings[id]);
    for (const of of this.#steps.filter(({ wait }) => wait === "run")) {
      const whole = of.mayEndEarly || run.epochs === run.planned;
      if (whole && differences(of).length === 0) this.runs[of.id] = run;
    }
    this.differed = step.wait === "run" ? differences(step) : [];
  }
}

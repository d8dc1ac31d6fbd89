/** The network in memory beside a kept one, on the same pictures: where they agree, and whether the difference is more than chance. */

import { client } from "../client/trainer-client.js";
import { fixed, marked, say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { page, report } from "../state/state.js";
import { option, setText } from "../tools/dom.js";
import { count, nameOf, percent, shortMoment } from "../tools/format.js";
import { button, field, line, node, table } from "./node.js";
import { intervalText } from "./scores.js";
import { subject } from "./subject.js";

/** @import { Study, StudyReplies } from "../../shared/study.js" */

/** Below this, chance alone makes such a difference in fewer than 5 of 100 pairs of equal networks. */
const LEVEL = 0.05;

export function compareView() {
  const runs = node("select", { is: { id: "study-run" } });
  const start = button(say("Compare"), () => compare(), { is: { id: "study-compare" } });
  const form = node("div", { css: "study-form" }, [field(say("A kept network"), runs), start]);
  const note = node("p", { is: { id: "study-compare-note", role: "status" } });
  const none = node("p", { css: "hint", text: say("No other network of these classes and this size is kept in this browser. Fit another one, and both can be compared.") });
  const result = node("div", { css: "study-views", is: { hidden: true } });
  const element = node("section", {}, [
    node("h3", { text: say("Compare with another network") }),
    node("p", { css: "hint", text: say("Both look at the same pictures. McNemar's test looks only at those that one called right and the other wrong: if both networks were equally good, "
      + "these would be about half and half.") }),
    form, none, note, result,
  ]);

  async function compare() {
    const { study } = subject;
    if (!study) return;
    showError("");
    start.disabled = true;
    setText(note, say("The other network looks at the pictures."));
    result.hidden = true;
    try {
      const told = await client.send({ type: "compare", run: runs.value, part: study.part });
      setText(note, verdict(told));
      showResult(told);
    } catch (error) {
      setText(note, "");
      report(error);
    } finally {
      start.disabled = false;
    }
  }

  /** @param {StudyReplies["compare"]} told */
  function showResult({ images, first, second, both, onlyFirst, onlySecond, neither, mcnemar, difference }) {
    const agreement = table("study-agreement", say("Agreement"), [node("td"), say("Other right"), say("Other wrong")]);
    agreement.body.append(line(say("This one right"), [count(both), count(onlyFirst)]), line(say("This one wrong"), [count(onlySecond), count(neither)]));
    const scores = table("study-difference", say("Difference"), [node("td"), say("Accuracy"), say("95 % interval")]);
    scores.body.append(
      line(say("This network"), [percent(first.accuracy.value), intervalText(first.accuracy, percent)]),
      line(node("span", { name: nameOf(second.name) }), [percent(second.accuracy.value), intervalText(second.accuracy, percent)]),
      line(say("Difference"), [percent(difference.value), intervalText({ ...difference, method: "bootstrap" }, percent)]),
    );
    const p = mcnemar.p === null ? "–" : mcnemar.p < 0.001 ? marked(mcnemar.p.toExponential(1)) : fixed(mcnemar.p, 3);
    result.replaceChildren(scores.scroll, agreement.scroll, node("p", {
      is: { id: "study-mcnemar" },
      text: say("McNemar's test: {b} pictures only this network called right, {c} only the other one, of {n}; p = {p}.", { b: count(mcnemar.b), c: count(mcnemar.c), n: count(images), p }),
    }));
    result.hidden = false;
  }

  /** @param {Study} study */
  function show({ classNames }) {
    result.hidden = true;
    setText(note, "");
    const { kept, data } = page;
    const others = (kept?.runs ?? []).filter((run) => run.weights && !run.imported && run.id !== kept?.current
      && run.imageSize === data?.imageSize && run.classNames.join("\n") === classNames.join("\n"));
    runs.replaceChildren(...others.map(({ id, name, date }) => option(`${nameOf(name)} · ${shortMoment(date)}`, id)));
    form.hidden = others.length === 0;
    none.hidden = others.length > 0;
  }

  return { element, show };
}

/** @param {StudyReplies["compare"]} told */
function verdict({ mcnemar: { p }, difference, onlyFirst, onlySecond }) {
  if (onlyFirst + onlySecond === 0 || p === null) return say("Both networks call every picture right or wrong alike.");
  if (p >= LEVEL) return say("The difference can be chance: these pictures do not show that one of the networks is better.");
  return (difference.value ?? 0) > 0 ? say("This network is better on these pictures, by more than chance explains.")
    : say("The other network is better on these pictures, by more than chance explains.");
}

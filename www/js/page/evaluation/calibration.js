/** Whether a probability means what it says: a reliability diagram, its errors, and a temperature that mends it. */

import { fixed, say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { report } from "../state/state.js";
import { setText } from "../tools/dom.js";
import { count, percent } from "../tools/format.js";
import { openGallery } from "./gallery/gallery.js";
import { button, line, node, table } from "./node.js";
import { Plot } from "./plot.js";
import { narrow } from "./scores.js";
import { places, subject } from "./subject.js";

/**
 * @import { ReliabilityBin as Bin } from "../../../study/tabfit.js"
 * @import { Study, StudyReplies } from "../../shared/study.js"
 */

const three = (/** @type {number | null | undefined} */ value) => (value == null ? "–" : fixed(value, 3));

/** @param {(wished: boolean) => Promise<StudyReplies["calibrate"]>} calibrate */
export function calibrationView(calibrate) {
  /** The bins that hold pictures. @type {Bin[]} */
  let bins = [];
  const plot = new Plot("study-reliability", (spot) => openBin(bins[spot]));
  const sentence = node("p", { is: { id: "study-calibration" } });
  const list = table("study-bins", say("Reliability"), [say("Probability"), say("Pictures"), say("Said on average"), say("Right (95 % interval)")]);
  const told = node("p", { is: { id: "study-temperature", role: "status" } });
  const compared = table("study-before", say("Before and after"), [say("Measure"), say("Before"), say("After")]);
  const fit = button(say("Fit a temperature on the validation pictures"), () => wish(true), { is: { id: "study-fit" } });
  const back = button(say("Take it back"), () => wish(false), { is: { id: "study-unfit" } });
  const element = node("section", {}, [
    node("h3", { text: say("Does a probability mean what it says?") }),
    node("p", { css: "hint", text: say("Of all pictures that the network calls with about 80 %, about 80 % should be right: then the bars end on the dashed line. Bars below it mean that the "
      + "network is too sure of itself, bars above it that it is too cautious. The strokes are 95 % intervals. Press a bar to see its pictures.") }),
    sentence,
    node("div", { css: "study-plots study-bins" }, [
      node("figure", {}, [node("figcaption", { text: say("Reliability diagram") }), plot.canvas, plot.output]),
      list.scroll,
    ]),
    node("p", { css: "hint", text: say("A temperature divides what the network computes before its probabilities. It changes how sure the network is, and never which class it says. It is "
      + "kept with the network and in exported files.") }),
    node("div", { css: "buttons" }, [fit, back]), told, compared.scroll,
  ]);

  document.addEventListener("language", () => subject.study && show(subject.study)); // the diagram is drawn

  /** @param {boolean} wished */
  async function wish(wished) {
    showError("");
    fit.disabled = back.disabled = true;
    try {
      const { temperature, before, after } = await calibrate(wished);
      setText(told, temperature === null ? say("The temperature is taken back.") : say(
        "The temperature is {temperature}: {what}. The log loss on the validation pictures was {before} and is {after}.",
        { temperature: three(temperature), what: whatItDoes(temperature), before: three(before), after: three(after) },
      ));
    } catch (error) {
      report(error);
    } finally {
      fit.disabled = back.disabled = false;
    }
  }

  /** @param {Study} study */
  function show({ calibration, scores, temperature }) {
    bins = calibration.bins.filter((bin) => bin.count > 0);
    const values = { ece: three(calibration.ece), mce: three(calibration.mce), brier: three(calibration.brier) };
    setText(sentence, say("Expected calibration error (ECE) {ece}, the largest of a bin (MCE) {mce}, Brier score {brier}. 0 is perfect.", values));
    plot.show({
      description: say("Reliability diagram: {n} bins, expected calibration error {ece}. Left and right arrow keys read the bins.", { n: bins.length, ...values }),
      across: say("Probability that was said"), up: say("Share that was right"), diagonal: true, line: false,
      spots: bins.map((bin) => ({
        x: bin.confidence ?? (bin.low + bin.high) / 2, y: bin.accuracy ?? 0,
        text: say("{range}: {n} pictures, said {said} on average, right {right}", { range: rangeOf(bin), n: count(bin.count), said: percent(bin.confidence), right: percent(bin.accuracy) }),
      })),
      bars: bins.map(({ low, high, confidence, accuracy, interval }) => ({
        low, high, height: accuracy ?? 0, at: confidence ?? (low + high) / 2, from: interval?.low ?? accuracy ?? 0, to: interval?.high ?? accuracy ?? 0,
      })),
    });
    list.body.replaceChildren(...bins.map((bin) => line(rangeOf(bin), [
      button(count(bin.count), () => openBin(bin), { css: "study-link" }), percent(bin.confidence),
      node("span", {}, [
        node("span", { text: percent(bin.accuracy) }), node("br"),
        node("span", { css: "hint", text: narrow({ value: bin.accuracy, interval: bin.interval, method: "wilson" }) }),
      ]),
    ])));
    back.hidden = temperature === null;
    fit.hidden = temperature !== null;
    if (temperature !== null && told.textContent === "") setText(told, say("A temperature of {temperature} came with this network.", { temperature: three(temperature) }));
    const { before } = subject;
    compared.scroll.hidden = before === null;
    if (!before) return;
    compared.body.replaceChildren(
      line(say("Expected calibration error"), [three(before.calibration.ece), three(calibration.ece)]),
      line(say("Brier score"), [three(before.scores.brier.value), three(scores.brier.value)]),
      line(say("Log loss"), [three(before.scores.logLoss.value), three(scores.logLoss.value)]),
    );
  }

  return { element, show };
}

/** @param {number} temperature */
function whatItDoes(temperature) {
  if (Math.abs(temperature - 1) < 0.02) return say("the network was as sure as it should be");
  return temperature > 1 ? say("the network was too sure of itself") : say("the network was too cautious");
}

/** @param {Bin} bin */
const rangeOf = ({ low, high }) => narrow({ value: null, interval: { low, high }, method: "none" });

/** Opens the pictures whose highest probability lies in a bin. @param {Bin | undefined} bin */
function openBin(bin) {
  if (!bin) return;
  const inside = places(({ probability }) => (probability > bin.low || (bin.low === 0 && probability === 0)) && probability <= bin.high);
  openGallery(say("Said with {range}", { range: rangeOf(bin) }), inside);
}

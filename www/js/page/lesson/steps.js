/** The steps of the lesson: all its sentences, and which controls, settings and runs each step is about. */

import { say } from "../language/say.js";
import { count, percent, short } from "../tools/format.js";

/**
 * @import { Need, RunFacts } from "./facts.js"
 * @typedef {object} Facts what the sentences tell of the person's own pictures and runs
 * @property {string} names of the classes
 * @property {number} classes
 * @property {number} training pictures
 * @property {number} test pictures
 * @property {number} held how many training pictures the split holds out
 * @property {Record<string, RunFacts>} runs by the ids of their steps
 * @property {Record<string, number>} parameters by preset
 * @property {{ truth: string, said: string, count: number } | null} mistake the most frequent one
 * @property {number} lines of Keras code
 * @typedef {object} Step
 * @property {string} id
 * @property {"pictures" | "needs" | "networks" | "opened" | "run" | "code"} wait by what the step is done
 * @property {readonly string[]} show the controls to use, beside those of the needs: the first that is shown is marked
 * @property {readonly Need[]} needs what the settings must be
 * @property {readonly string[]} [open] what lies in the parts that are to be opened
 * @property {boolean} [mayEndEarly] a callback may end its run
 * @property {() => string} title
 * @property {(facts: Facts) => string[]} text
 * @property {() => string} todo
 * @property {() => string} look
 * @property {(facts: Facts) => string} told what has happened, in the person's numbers
 */

/** The run that the others are compared with. @type {readonly Need[]} */
const PLAIN = [
  ["image-size", "32"], ["preset", "small"], ["epochs", 10], ["batch-size", 32], ["learning-rate", 0.001], ["validation-split", 0.2],
  ["optimizer", "adam"], ["loss", "CategoricalCrossentropy"], ["augment-width-shift", 0], ["augment-height-shift", 0], ["augment-flip", false],
  ["early-stopping", false],
];

/** @param {Record<string, Need[1]>} changes @returns {readonly Need[]} */
const plainBut = (changes) => PLAIN.map(([id, wanted]) => [id, changes[id] ?? wanted]);

const FEW = { "validation-split": 0.9, "batch-size": 4, epochs: 30 };
const CHANGED = { ...FEW, "augment-width-shift": 0.2, "augment-height-shift": 0.2, "augment-flip": true };

/** @type {readonly Step[]} */
export const STEPS = [
  {
    id: "pictures", wait: "pictures", show: ["#sample-button"], needs: [["image-size", "32"]],
    title: () => say("Pictures with names"),
    text: () => [
      say("A network learns from examples: pictures whose class is known. Take drawn circles, squares and triangles for this lesson, so that each run takes seconds. Your own pictures work the same way, and none of them leaves this computer."),
    ],
    todo: () => say("Choose 32 × 32 under “Resize to”, because small pictures train faster. Then press “Try drawn shapes”."),
    look: () => say("Look at the pictures, and at the table that counts them."),
    told: ({ training, test, classes, names }) =>
      say("You have {training} pictures to learn from and {test} for the final test, of {classes} classes: {names}.", { training, test, classes, names }),
  },
  {
    id: "split", wait: "needs", show: [], needs: [["validation-split", 0.2]],
    title: () => say("Three parts, and why"),
    text: () => [
      say("The network learns from the training pictures only. After each round it is asked about validation pictures, which it never learns from: they show whether it has understood something or has only memorised. The test pictures wait until the end, for one honest score."),
    ],
    todo: () => say("Open “Data and batches” and set validation_split to 0.2: a fifth of the training pictures is then held out for validation."),
    look: () => say("The same share of every class is held out, chosen by the seed."),
    told: ({ training, held }) =>
      say("Of your {training} training pictures, {held} will be held out for validation, and the network learns from the other {rest}.", { training, held, rest: training - held }),
  },
  {
    id: "network", wait: "networks", show: ["#preset"], needs: [["preset", "small"]],
    title: () => say("The network and its parameters"),
    text: () => [
      say("A network is a row of layers. Convolutions look for small patterns such as edges, poolings make the picture smaller, and dense layers weigh what was found. The last layer gives a probability for each class. The parameters are the numbers that training changes."),
    ],
    todo: () => say("Choose “Larger” under “Start from” and wait a moment, then choose “Small and fast” again. “Its layers, one by one” shows what you chose."),
    look: () => say("“Total params” at the end of that table is the number of parameters."),
    told: ({ parameters: { small = 0, bench = 0 } }) =>
      say("“Larger” has {large} parameters and “Small and fast” has {small}. More parameters can express more, and it is easier for them to learn pictures by heart.", { large: count(bench), small: count(small) }),
  },
  {
    id: "compile", wait: "opened", show: ["#optimizer", "#loss"], open: ["#optimizer", "#loss"],
    needs: [["learning-rate", 0.001], ["optimizer", "adam"], ["loss", "CategoricalCrossentropy"]],
    title: () => say("How it learns: compile"),
    text: ({ classes }) => [
      say("The loss says how wrong the answers are. Cross-entropy is minus the logarithm of the probability that the right class got: 0 if the network was sure and right, large if it was sure and wrong. Giving each of {classes} classes the same probability costs ln({classes}), about {guess}.", { classes, guess: short(Math.log(classes)) }),
      say("The optimizer changes the parameters a little after each batch, so that the loss falls. The learning rate says how far it goes."),
    ],
    todo: () => say("Open “Optimizer” and then “Loss and class weights”. Change nothing there."),
    look: () => say("Each option has its name in Keras, and a line that explains it."),
    told: () => say("This is what Keras calls compile: the optimizer Adam with a learning rate of 0.001, and the loss categorical_crossentropy."),
  },
  {
    id: "fit", wait: "run", show: ["#fit"], needs: PLAIN,
    title: () => say("Training: fit"),
    text: () => [
      say("The network is shown all training pictures, 32 at a time: that is a batch. After each batch the optimizer changes the parameters once. When every picture was shown once, an epoch is over, and the network is asked about the validation pictures."),
    ],
    todo: () => say("Leave 10 epochs and batches of 32, and press “Fit”."),
    look: () => say("Watch the four numbers: accuracy is the share of right answers, loss how wrong the answers are, both for training and for validation."),
    told: ({ runs: { fit }, classes }) => fit ? say(
      "After {epochs} epochs {accuracy} of the training pictures and {valAccuracy} of the validation pictures were named correctly, with losses of {loss} and {valLoss}. Guessing would be right for {chance}, with a loss of {guess}.",
      { ...numbers(fit), chance: percent(1 / classes), guess: short(Math.log(classes)) }) : "",
  },
  {
    id: "curves", wait: "opened", show: ["#history-table", "#loss-chart"], open: ["#history-table"], needs: [],
    title: () => say("Reading the curves"),
    text: () => [
      say("Each curve has one point for every epoch. While both losses fall, the network learns something that also holds for pictures it has not seen. When the validation loss rises while the training loss goes on falling, it begins to memorise."),
    ],
    todo: () => say("Look at both curves, then open “Every epoch in numbers” below them."),
    look: () => say("The curves of training and validation are told apart by colour and by dashes."),
    told: ({ runs: { fit } }) => fit ? say(
      "From the first to the last of your {epochs} epochs the training loss went from {firstLoss} to {loss}, and the validation loss from {firstValLoss} to {valLoss}. The lowest validation loss was {bestValLoss}, in epoch {bestEpoch}.",
      numbers(fit)) : say("Without the run of the step before, there is nothing to read yet: go back and press “Fit”."),
  },
  {
    id: "under", wait: "run", show: ["#fit"], needs: plainBut({ "learning-rate": 0.00001 }),
    title: () => say("Too little learnt: underfitting"),
    text: () => [
      say("A network that has learnt too little is bad on training and validation pictures alike. That is called underfitting. Too few epochs, too few parameters or too small a learning rate can be the reason."),
    ],
    todo: () => say("Set the learning rate to 0.00001, a hundredth of before, and press “Fit”."),
    look: () => say("The curves hardly move, and both losses stay near that of guessing."),
    told: ({ runs: { under, fit }, classes }) => {
      if (!under) return "";
      const now = say("With steps a hundred times smaller, {accuracy} of the training pictures and {valAccuracy} of the validation pictures were named correctly after {epochs} epochs; the training loss is {loss}, and guessing costs {guess}.",
        { ...numbers(under), guess: short(Math.log(classes)) });
      return fit ? `${now} ${say("Before, it was {accuracy} and {valAccuracy}.", numbers(fit))}` : now;
    },
  },
  {
    id: "over", wait: "run", show: ["#fit"], needs: plainBut(FEW),
    title: () => say("Learnt by heart: overfitting"),
    text: ({ parameters: { small } }) => [
      say("A network with many parameters can learn a few pictures by heart. It is then right on those, and much less often on others. That is called overfitting. A validation_split of 0.9 leaves a tenth of the pictures to learn from, so that you can see it."),
      ...(small ? [say("That is 36 pictures for {small} parameters.", { small: count(small) })] : []),
    ],
    todo: () => say("Set the learning rate back to 0.001, epochs to 30, the batch size to 4 and validation_split to 0.9, then press “Fit”."),
    look: () => say("Training accuracy goes to 100 %, while the validation curves stay behind and their loss rises again."),
    told: ({ runs: { over } }) => over ? `${say(
      "The network names {accuracy} of its training pictures correctly, and {valAccuracy} of the others. Its training loss is {loss} and its validation loss {valLoss}; the lowest was {bestValLoss}, in epoch {bestEpoch}.", numbers(over))} ${
      gap(over) > 0.1 ? say("The gap between the two is overfitting.") : say("This time the gap is small: another seed may show it better.")}` : "",
  },
  {
    id: "early", wait: "run", mayEndEarly: true, show: ["#fit"],
    needs: [...plainBut({ ...FEW, "early-stopping": true }), ["early-stopping-patience", 10]],
    title: () => say("Against it: stop in time"),
    text: () => [
      say("EarlyStopping watches the validation loss. When it has not improved for some epochs, which Keras calls patience, the run ends, and the network takes back the weights of its best epoch. That saves time and limits the memorising, but it cannot replace pictures."),
    ],
    todo: () => say("Open “Callbacks”, tick “EarlyStopping”, set its patience to 10, and press “Fit”."),
    look: () => say("Below the curves a sentence says when the run was stopped, and which weights it went back to."),
    told: ({ runs: { early } }) => early ? (early.epochs < early.planned ? say(
      "The run ended after {epochs} of {planned} epochs. Its lowest validation loss was {bestValLoss}, in epoch {bestEpoch}, when {bestValAccuracy} of the validation pictures were named correctly. The accuracy need not be highest there: the loss also counts how sure the wrong answers were.", numbers(early))
      : say("The run went on to its last epoch, because the validation loss kept improving: its lowest was {bestValLoss}, in epoch {bestEpoch}.", numbers(early))) : "",
  },
  {
    id: "augment", wait: "run", show: ["#fit"], needs: plainBut(CHANGED),
    title: () => say("Against it: more variety"),
    text: () => [
      say("Augmentation moves, turns or mirrors every training picture at random, anew in each epoch, so that learning by heart helps less. Dropout does something similar inside the network: it leaves out units at random, and “Small and fast” has such a layer already. The best remedy is more pictures."),
    ],
    todo: () => say("Untick “EarlyStopping”. Open “Augmentation”, set width_shift_range and height_shift_range to 0.2, tick horizontal_flip, and press “Fit”."),
    look: () => say("The training curve rises more slowly than before, because its pictures are never the same."),
    told: ({ runs: { augment, over } }) => {
      if (!augment) return "";
      const now = say("With changed pictures {accuracy} of the training pictures and {valAccuracy} of the validation pictures were named correctly, and the validation loss is {valLoss}.", numbers(augment));
      if (!over) return now;
      const before = say("Without, it was {accuracy} and {valAccuracy}, and {valLoss}.", numbers(over));
      return gap(augment) < gap(over) ? `${now} ${before} ${say("The gap between training and validation has become smaller; more epochs can now be worth their time.")}` : `${now} ${before}`;
    },
  },
  {
    id: "test", wait: "run", show: ["#fit"], needs: plainBut({ ...CHANGED, "validation-split": 0.2, epochs: 10 }),
    title: () => say("The final test"),
    text: () => [
      say("Whoever tries many settings and keeps the one with the best test score has picked the luckiest one, and that score is no longer honest. So settings are compared by validation, and the test pictures count once, at the end. This page scores them after every run, and you have seen such scores in this lesson; for a real question, do not choose by them."),
    ],
    todo: () => say("Set validation_split back to 0.2 and epochs to 10, and press “Fit” for the last time."),
    look: () => say("Read “Result”. In the confusion matrix the rows are the true classes, and the columns what the network said."),
    told: ({ runs: { test }, mistake }) => test && !test.score ? say("The run has ended, but its test pictures were not scored: press “Fit” again and let it finish.") : test ? [
      say("Of the test pictures the network names {score} correctly.", { score: test.score }),
      mistake ? say("Its most frequent mistake: {count} times it took {truth} for {said}.", mistake) : say("It made no mistake there."),
      say("This holds for drawn shapes like these. It says nothing about other pictures, nor about why an answer was given."),
    ].join(" ") : "",
  },
  {
    id: "keras", wait: "code", show: ["#copy-keras"], needs: [],
    title: () => say("The same in Keras"),
    text: () => [
      say("The names of the settings are those of Keras, and they mean the same. What you have set can be copied as a Python program with the same network, the same compile and the same fit."),
    ],
    todo: () => say("Press “Copy as Keras code” in “Result”."),
    look: () => say("Find compile, fit and validation_split in the code."),
    told: ({ lines }) => say("These {lines} lines do in Keras what you did here. That was the lesson: now try it with pictures of your own.", { lines }),
  },
];

/** How much better the network is on what it has learnt from. @param {RunFacts} run */
const gap = ({ last }) => last.accuracy - (last.valAccuracy ?? last.accuracy);

/** The numbers of a run as the page writes them. @param {RunFacts} run */
function numbers({ epochs, planned, first, last, best, bestEpoch }) {
  return {
    epochs, planned, bestEpoch, loss: short(last.loss), accuracy: percent(last.accuracy), valLoss: short(last.valLoss),
    valAccuracy: percent(last.valAccuracy), firstLoss: short(first.loss), firstValLoss: short(first.valLoss),
    bestValLoss: short(best.valLoss), bestValAccuracy: percent(best.valAccuracy),
  };
}

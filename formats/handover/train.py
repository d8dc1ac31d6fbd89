"""Goes on with a run of tabfit where the browser tab stopped, with Keras 3. README.md says how it is used.

    python train.py FOLDER    # FOLDER holds the pictures of the run
"""

import argparse
import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def read_arguments():
    parser = argparse.ArgumentParser(description="Goes on with a run of tabfit where the browser tab stopped.")
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="where the pictures of the run lie, whatever their names are now")
    add("--epochs", type=int, help="the last epoch, counted from the first one in the tab; as in the tab if not given")
    add("--backend", choices=("tensorflow", "jax", "torch"), help="what computes; what Keras is set to if not given")
    add("--devices", type=int, default=1, help="how many devices of this machine share each batch; 1 if not given")
    add("--hosts", type=lambda text: text.split(","), default=[], help="HOST:PORT of each process that shares each batch, with commas between them; with jax")
    add("--process", type=int, help="with --hosts: which of them this process is, counted from 0")
    add("--results", type=Path, default=HERE / "results", help="the folder of what is written; beside this program if not given")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    if arguments.backend:
        os.environ["KERAS_BACKEND"] = arguments.backend  # Keras reads it when it is imported
    from devices import Refused, prepare

    try:
        devices = prepare(arguments.devices, arguments.hosts, arguments.process)
        Run(arguments, devices).go_on(arguments)
    except Refused as refusal:
        sys.exit(f"{refusal}")


class Run:
    """A run as the tab left it, or as it was left here after an epoch."""

    def __init__(self, arguments, devices):
        import progress
        from devices import Refused
        from network import State

        self.devices, self.results = devices, arguments.results
        self.results.mkdir(parents=True, exist_ok=True)
        # JAX saves a network only where all processes do, so that each writes, and all but the first one for nothing.
        self.written = self.results if devices.leads else Path(tempfile.mkdtemp())
        self.state = State(HERE / "state.tabfit")
        header = self.state.header
        self.names, self.place = header["classNames"], header["place"]
        self.fit = self.place["config"] if self.place else header["manifest"]["fit"]
        self.seed, self.shape = int(self.fit["seed"]), (header["model"]["imageSize"], len(self.names))
        self.backup = progress.last_backup(self.results)
        self.records = self.backup["records"] if self.backup else progress.records_of(header["history"])
        self.last = arguments.epochs or int(self.fit["epochs"])
        if self.backup:
            self.done = self.backup["epoch"]
        else:
            self.done = self.place["epoch"] - 1 if self.place else max((record["epoch"] for record in self.records), default=0)
        if self.backup and self.backup["ended"] and not arguments.epochs:
            raise Refused(f"A callback ended the run after epoch {self.done}; --epochs {self.done + 10} trains ten more.")
        size = int(self.fit["batchSize"])
        if size < devices.count:
            raise Refused(f"The batches of the run have {size} pictures, too few for {devices.count} devices; use {size} or fewer.")
        if self.done >= self.last:
            raise Refused(f"The run has ended after epoch {self.done}; --epochs {self.done + 10} trains ten more.")

    def parts(self, folder):
        """The training and the validation pictures, found in a folder."""
        import pictures

        parts = json.loads((HERE / "pictures.json").read_text())
        given = [parts["training"], parts["validation"]]
        found = pictures.find(folder, [part for part in given if part], self.results / f"hashes-{self.devices.process}.json")
        weights = pictures.weights(self.fit, self.names, *given)
        return [part and pictures.Part(part, found, counts) for part, counts in zip(given, weights)]

    def model(self, weighs):
        """The network, compiled as in the tab. `weighs`: whether training pictures count differently."""
        import settings
        from network import load

        header = self.state.header
        with self.devices.scope():
            optimizer = settings.optimizer(header["optimizer"])
            model = load(HERE / "network.keras", self.state, optimizer)
            self.devices.prepare(model)
            # Pictures that only fill up a batch count 0 in weighted metrics; weights of the run must not change a metric.
            kind = "weighted_metrics" if self.devices.count > 1 and not weighs else "metrics"
            metrics = settings.metrics(header["metrics"], self.names)
            model.compile(optimizer=optimizer, loss=settings.loss(header["loss"]), **{kind: metrics})
            if self.backup:
                model.load_weights(self.results / f"{self.backup['files']}.weights.h5")  # and the optimizer's state
            return model

    def callbacks(self, model):
        """The callbacks of the run with what they remember, and those that write, begun."""
        import progress
        import settings
        from network import kept_weights

        own = settings.callbacks(self.fit["callbacks"], self.written)
        curves = progress.Curves(self.written, self.records)
        acting = [curves, *(callback for callback in own if callback), progress.Backup(self.written, own, curves)]
        self.about = {"verbose": 0 if not self.devices.leads else 1 if sys.stdout.isatty() else 2, "epochs": self.last}
        callbacks = progress.Once(acting, add_history=True, add_progbar=True, model=model, steps=None, **self.about)
        callbacks.begin()
        if self.backup:
            progress.restore_from_backup(own, self.backup, self.results)
        elif self.place:
            progress.restore_from_tab(own, self.place, lambda index: kept_weights(model, self.state, index))
        return callbacks

    def go_on(self, arguments):
        """Trains up to the last epoch, and writes the network."""
        import keras

        training, held_out = self.parts(arguments.folder)
        keras.utils.set_random_seed((self.seed + self.done) % 2**32)  # of dropout, which Keras draws otherwise than tabfit
        model = self.model(training.weights is not None)
        callbacks = self.callbacks(model)
        skipped = self.place["step"] if self.place and not self.backup else 0  # the steps that the tab did of its last epoch
        for epoch in range(self.done + 1, self.last + 1):
            self.train(model, epoch, skipped, training, held_out, callbacks)
            skipped = 0
            if model.stop_training:
                break
        callbacks.end()
        save(model, self.written / "model.keras")
        if self.devices.leads:
            print(f"{self.results / 'model.keras'} and {self.results / 'history.csv'} are written; tabfit opens both.")
            if self.state.header.get("temperature"):
                print("The network was calibrated in the tab, which no longer holds after training; calibrate it there again.")

    def train(self, model, epoch, skipped, training, held_out, callbacks):
        """Trains an epoch but for its first steps, and evaluates the validation pictures if their turn has come."""
        import pictures
        from augment import Changes, is_off
        from stream import batches_of_epoch

        scored = None
        if held_out and is_validated(epoch, self.fit["validationFreq"]):
            size = int(self.fit["validationBatchSize"] or self.fit["batchSize"])
            scored = pictures.validation(held_out, size, self.shape, self.devices)
        change = None if is_off(self.fit["augment"]) else Changes(self.fit["augment"], self.seed, epoch)
        batches = batches_of_epoch(len(training), self.fit, epoch)[skipped:]
        data = pictures.training(training, batches, self.shape, self.devices, change)
        callbacks.set_params({**self.about, "steps": len(data)})
        if len(data) > 0:
            model.fit(data, validation_data=scored, initial_epoch=epoch - 1, epochs=epoch, callbacks=callbacks, shuffle=False)
            return
        logs = {}
        if self.place and epoch == self.place["epoch"]:
            # The tab stopped between the last step of the epoch and its validation, with these sums over the epoch.
            sums, seen = self.state.tensors["sums"], self.place["pictures"]
            logs = {"loss": float(sums[0]) / seen, "accuracy": float(sums[1]) / seen}
        callbacks.on_epoch_begin(epoch - 1)
        scores = model.evaluate(scored, verbose=0, return_dict=True) if scored else {}
        callbacks.on_epoch_end(epoch - 1, {**logs, **{f"val_{name}": value for name, value in scores.items()}})


def is_validated(epoch, frequency):
    """Whether the validation pictures are evaluated after an epoch: after each so many, or after those of a list."""
    return epoch in frequency if isinstance(frequency, list) else epoch % int(frequency) == 0


def save(model, path):
    """Saves the network alone, without what trained it, and with the names of its classes, which Keras does not know."""
    import keras

    plain, of_keras = keras.saving.load_model(HERE / "network.keras"), path.with_name(".model.keras")
    plain.set_weights(model.get_weights())
    plain.save(of_keras)
    with zipfile.ZipFile(HERE / "network.keras") as given:
        of_tab = json.loads(given.read("metadata.json"))["tabfit"]
    with zipfile.ZipFile(of_keras) as content, zipfile.ZipFile(path, "w") as complete:
        for name in content.namelist():
            data = content.read(name)
            if name == "metadata.json":
                known = {key: of_tab[key] for key in ("classNames", "preprocessing")}
                data = json.dumps({**json.loads(data), "tabfit": known})
            complete.writestr(name, data)
    of_keras.unlink()


if __name__ == "__main__":
    main()

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
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the pictures of the run lie, whatever their names are now")
    parser.add_argument("--epochs", type=int, help="the last epoch, counted from the first one in the tab; as in the tab if it is not given")
    parser.add_argument("--backend", choices=("tensorflow", "jax", "torch"), help="what computes; if it is not given, what KERAS_BACKEND or Keras's own settings say")
    parser.add_argument("--devices", type=int, default=1, help="how many devices of this machine share each batch; 1 if it is not given")
    parser.add_argument("--hosts", type=lambda text: text.split(","), default=[], metavar="HOST:PORT,…", help="the address of each process, where several machines share each batch; with jax")
    parser.add_argument("--process", type=int, help="with --hosts: which of them this process is, counted from 0")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="the folder of what is written; beside this program if it is not given")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    if arguments.backend:
        os.environ["KERAS_BACKEND"] = arguments.backend  # Keras reads it when it is imported
    from devices import Refused, prepare

    try:
        devices = prepare(arguments.devices, arguments.hosts, arguments.process)
        go_on(arguments, devices)
    except Refused as refusal:
        sys.exit(f"{refusal}")


def go_on(arguments, devices):
    import keras
    import pictures
    import progress
    import settings
    from augment import Changes, is_off
    from devices import Refused
    from network import State, kept_weights, load
    from stream import batches_of_epoch

    results = arguments.results
    results.mkdir(parents=True, exist_ok=True)
    state = State(HERE / "state.tabfit")
    header = state.header
    place = header["place"]
    fit = place["config"] if place else header["manifest"]["fit"]
    names, seed = header["classNames"], int(fit["seed"])
    shape = header["model"]["imageSize"], len(names)
    backup = progress.last_backup(results)
    records = backup["records"] if backup else progress.records_of(header["history"])
    ended = int(fit["epochs"]) if place is None else place["epoch"] - 1
    done = backup["epoch"] if backup else ended if place else max([record["epoch"] for record in records], default=ended)
    last = arguments.epochs or int(fit["epochs"])
    if backup and backup["ended"] and not arguments.epochs:
        raise Refused(f"A callback ended the run after epoch {done}; --epochs {done + 10} trains ten more.")
    if done >= last:
        raise Refused(f"The run has ended after epoch {done}; --epochs {done + 10} trains ten more.")

    parts = json.loads((HERE / "pictures.json").read_text())
    given = [part for part in (parts["training"], parts["validation"]) if part]
    found = pictures.find(arguments.folder, given, results / f"hashes-{devices.process}.json")
    training = pictures.Part(parts["training"], found)
    held_out = pictures.Part(parts["validation"], found) if parts["validation"] else None
    keras.utils.set_random_seed((seed + done) % 2**32)  # of dropout, which Keras draws otherwise than tabfit

    with devices.scope():
        if backup:
            model = keras.saving.load_model(results / f"{backup['files']}.keras")
        else:
            optimizer = settings.optimizer(header["optimizer"])
            model = load(HERE / "network.keras", state, optimizer)
            measured = settings.metrics(header["metrics"], names)
            # Pictures that only fill up a batch count 0 in weighted metrics; weights of the run must not change a metric.
            weighted = devices.count > 1 and training.weights is None
            devices.prepare(model)
            compiled = {"weighted_metrics": measured} if weighted else {"metrics": measured}
            model.compile(optimizer=optimizer, loss=settings.loss(header["loss"]), **compiled)

    # JAX saves a network only where all processes do, so that each writes, and all but the first one for nothing.
    written = results if devices.leads else Path(tempfile.mkdtemp())
    own = settings.callbacks(fit["callbacks"], written)
    curves = progress.Curves(written, records)
    acting = [curves, *(callback for callback in own if callback), progress.Backup(written, own, curves)]
    verbose = 0 if not devices.leads else 1 if sys.stdout.isatty() else 2
    about = {"verbose": verbose, "epochs": last, "steps": None}
    callbacks = progress.Once(acting, add_history=True, add_progbar=True, model=model, **about)
    callbacks.begin()
    if backup:
        progress.restore_from_backup(own, backup, results)
    elif place:
        progress.restore_from_tab(own, place, lambda index: kept_weights(model, state, index))

    skipped = place["step"] if place and not backup else 0  # the steps that the tab did of its last epoch
    for epoch in range(done + 1, last + 1):
        batches = batches_of_epoch(len(training), fit, epoch)[skipped:]
        skipped = 0
        change = None if is_off(fit["augment"]) else Changes(fit["augment"], seed, epoch)
        scored = None
        if held_out and is_validated(epoch, fit["validationFreq"]):
            size = int(fit["validationBatchSize"] or fit["batchSize"])
            scored = pictures.validation(held_out, size, shape, devices)
        data = pictures.training(training, batches, shape, devices, change)
        callbacks.set_params({**about, "steps": len(data)})
        if len(data) > 0:
            model.fit(data, validation_data=scored, initial_epoch=epoch - 1, epochs=epoch, callbacks=callbacks, shuffle=False, verbose=0)
        else:  # the tab stopped between the last step of the epoch and its validation
            sums, seen = state.tensors["sums"], place["pictures"]
            logs = {"loss": float(sums[0]) / seen, "accuracy": float(sums[1]) / seen}
            callbacks.on_epoch_begin(epoch - 1)
            scores = model.evaluate(scored, verbose=0, return_dict=True) if scored else {}
            callbacks.on_epoch_end(epoch - 1, {**logs, **{f"val_{name}": value for name, value in scores.items()}})
        if model.stop_training:
            break
    callbacks.end()
    save(model, written / "model.keras")
    if devices.leads:
        print(f"{results / 'model.keras'} and {results / 'history.csv'} are written; tabfit opens both.")
        if header.get("temperature"):
            print("The network was calibrated in the tab, which no longer holds after training; calibrate it there again.")


def is_validated(epoch, frequency):
    """Whether the validation pictures are evaluated after an epoch: after each so many, or after those of a list."""
    return epoch in frequency if isinstance(frequency, list) else epoch % int(frequency) == 0


def save(model, path):
    """Saves the network with the names of its classes, which Keras does not know."""
    of_keras = path.with_name(".model.keras")
    model.save(of_keras)
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

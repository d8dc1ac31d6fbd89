"""Where the run goes on: one device, several of this machine, or several machines."""

import contextlib


class Refused(Exception):
    """A sentence for the person about what cannot be done."""


class Devices:
    """`count` devices in `processes` processes, of which this one has the number `process`."""

    def __init__(self, count=1, process=0, processes=1, scope=None):
        self.count, self.process, self.processes = count, process, processes
        self.mirrored, self.scope = scope is not None, scope or contextlib.nullcontext

    @property
    def leads(self):
        """Whether this process writes the files."""
        return self.process == 0

    def prepare(self, model):
        """Makes what normalizes a batch count all of it, where each device of TensorFlow would count its own rows."""
        for layer in model.layers:
            if self.mirrored and type(layer).__name__ == "BatchNormalization":
                layer.synchronized = True

    def own(self, batch):
        """The rows of a batch that this process computes."""
        rows = len(batch) // self.processes
        return batch[self.process * rows : (self.process + 1) * rows] if self.processes > 1 else batch


def prepare(count, hosts, process):
    """The devices, ready for a network. `hosts` are the addresses of all processes, the first of which leads."""
    import keras

    backend = keras.backend.backend()
    if hosts:
        return on_hosts(backend, hosts, process)
    if count == 1:
        return Devices()
    if backend == "jax":
        import jax

        devices = keras.distribution.list_devices()
        if len(devices) < count:
            raise Refused(few(count, devices, jax.default_backend(), f"XLA_FLAGS=--xla_force_host_platform_device_count={count}"))
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices[:count]))
        return Devices(count)
    if backend == "tensorflow":
        import tensorflow as tf

        if not tf.config.list_physical_devices("GPU"):  # to try it out
            cpu = tf.config.list_physical_devices("CPU")[0]
            tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * count)
        devices = [device.name for device in tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")]
        if len(devices) < count:
            raise Refused(few(count, devices, "gpu", ""))
        return Devices(count, scope=tf.distribute.MirroredStrategy(devices[:count]).scope)
    raise Refused(f"--devices {count} needs the backend jax or tensorflow; with {backend} the run goes on on one device.")


def few(count, devices, kind, flags):
    hint = f" To try it on processors alone, set {flags}." if flags and kind == "cpu" else ""
    return f"--devices {count} asks for more devices than the {len(devices)} that this machine has ({', '.join(devices)}).{hint}"


def on_hosts(backend, hosts, process):
    import keras

    if backend != "jax":
        raise Refused(
            f"--hosts needs the backend jax. Keras 3 does not work with TensorFlow's strategy for several hosts, and has none for "
            f"{backend}; add --backend jax."
        )
    if process is None or not 0 <= process < len(hosts):
        raise Refused(f"--hosts names {len(hosts)} processes, so --process must say which of them this is: a number from 0 to {len(hosts) - 1}.")
    import jax

    jax.config.update("jax_cpu_collectives_implementation", "gloo")  # where the processors compute
    try:
        keras.distribution.initialize(",".join(hosts), len(hosts), process)
        devices = keras.distribution.list_devices()
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices, auto_shard_dataset=False))
    except (RuntimeError, ValueError) as error:
        raise Refused(f"The {len(hosts)} processes of --hosts did not find each other ({error}); start one on each host within five minutes.") from error
    return Devices(len(devices), process, len(hosts))

"""Reads the weights of a `.pth` file as PyTorch wrote it before version 1.6, without PyTorch.

Such a file is four pickles (a magic number, the version of the format, the system it was written on, the dictionary of
tensors), a pickled list of storages, and then, for each storage of that list, the number of its values in 64 bits and the
values themselves, little-endian. A tensor in the dictionary names its storage by a persistent id.
"""

import collections
import pickle

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
Tensor = collections.namedtuple("Tensor", "storage offset shape strides")


class Storage:
    """Values that tensors point into; they come at the end of the file."""

    def __init__(self, dtype, count):
        self.dtype, self.count, self.values = dtype, count, None


class Names(pickle.Unpickler):
    """Knows nothing but what a dictionary of tensors is made of: a pickle could otherwise call any function."""

    def __init__(self, file, storages):
        super().__init__(file)
        self.storages = storages

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: Tensor(storage, offset, shape, strides)
        if module == "torch" and name in TYPES:
            return TYPES[name]
        raise pickle.UnpicklingError(f"the file asks for {module}.{name}, which no dictionary of tensors needs")

    def persistent_load(self, identity):
        kind, dtype, key, _device, count, _view = identity
        if kind != "storage":
            raise pickle.UnpicklingError(f"the file has a {kind} where a storage belongs")
        return self.storages.setdefault(key, Storage(dtype, count))


def read_pth(file):
    """The tensors of an open file by name, as arrays in PyTorch's layouts."""
    storages = {}
    magic, _version, _system, tensors, keys = (Names(file, storages).load() for _ in range(5))
    if magic != MAGIC:
        raise ValueError("this is no file of PyTorch's old format")
    for key in keys:
        storage = storages[key]
        count = int.from_bytes(file.read(8), "little")
        if count != storage.count:
            raise ValueError(f"the storage {key} holds {count} values and promises {storage.count}")
        storage.values = np.frombuffer(file.read(count * storage.dtype.itemsize), storage.dtype, count)
    if file.read(1):
        raise ValueError("there is something after the last storage")
    return {name: array(tensor) for name, tensor in tensors.items()}


def array(tensor):
    """The values that a tensor shows of its storage, in the order of its axes; a storage may have another order."""
    storage, offset, shape, strides = tensor
    last = offset + sum((length - 1) * stride for length, stride in zip(shape, strides))
    if min((offset, *strides), default=0) < 0 or min(shape, default=1) < 1 or last >= storage.count:
        raise ValueError(f"a tensor of shape {shape} does not lie within its storage of {storage.count} values")
    steps = [stride * storage.dtype.itemsize for stride in strides]
    return np.ascontiguousarray(np.lib.stride_tricks.as_strided(storage.values[offset:], shape, steps))

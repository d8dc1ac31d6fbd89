"""The hash by which tabfit knows a file whatever its name is: SipHash-1-3 with 128 bits and the key 0 (Aumasson & Bernstein 2012).

Python has no fast one, so that many files are hashed side by side, one in each lane of NumPy's arrays.
"""

import os

import numpy as np

LANES = 512
"""So many files are open at once."""
WORDS = 2048
"""So many words of 8 bytes are read of each of them at once."""
# SipHash's four words, in two pairs: the first and third, the second and fourth.
START = [[0x736F6D6570736575, 0x6C7967656E657261], [0x646F72616E646F6D ^ 0xEE, 0x7465646279746573]]
LEFT, RIGHT = ([np.array(pair, np.uint64)[:, None] for pair in pairs] for pairs in ([(13, 16), (17, 21)], [(51, 48), (47, 43)]))
# The first of a pair is turned by half, the second is not.
HALF, REST = np.array([[32], [0]], np.uint64), np.array([[32], [64]], np.uint64)


def hashes(paths):
    """Yields each path with the hash of its file, as 32 hexadecimal digits."""
    # Files of a similar size share the lanes, the largest first.
    sized = sorted(((os.path.getsize(path), path) for path in paths), key=lambda entry: -entry[0])
    for start in range(0, len(sized), LANES):
        group = sized[start : start + LANES]
        yield from zip((path for _, path in group), side_by_side(group))


def side_by_side(group):
    """The hashes of files, given with their sizes, the largest first."""
    sizes = np.array([size for size, _ in group])
    words = sizes // 8 + 1  # the last one holds what is left, and the length
    files = [open(path, "rb") for _, path in group]
    state = np.repeat(np.array(START, np.uint64)[:, :, None], len(group), 2)
    try:
        for start in range(0, int(words[0]), WORDS):
            rows = min(WORDS, int(words[0]) - start)
            block = np.zeros((int((words > start).sum()), rows * 8), np.uint8)
            for lane, row in enumerate(block):
                content = np.frombuffer(files[lane].read(rows * 8), np.uint8)
                row[: len(content)] = content
                if words[lane] <= start + rows:
                    row[(words[lane] - start) * 8 - 1] = sizes[lane] & 0xFF
            for at, word in enumerate(np.ascontiguousarray(block.view("<u8").T), start):
                lanes = int((words > at).sum()) if words[-1] <= at else len(group)
                state[1, 1, :lanes] ^= word[:lanes]
                state[:, :, :lanes] = mixed(*state[:, :, :lanes])
                state[0, 0, :lanes] ^= word[:lanes]
    finally:
        for file in files:
            file.close()
    halves = []
    for pair, mark in (((0, 1), 0xEE), ((1, 0), 0xDD)):
        state[pair] ^= np.uint64(mark)
        for _ in range(3):
            state[:] = mixed(*state)
        halves.append(np.bitwise_xor.reduce(state, (0, 1)))
    return [both.astype("<u8").tobytes().hex() for both in np.stack(halves, 1)]


def mixed(a, b):
    """One round of SipHash, of which each half works on both pairs at once."""
    for left, right in zip(LEFT, RIGHT):
        a = a + b
        b = (b << left | b >> right) ^ a
        a = (a << HALF | a >> REST)[::-1]
    return a, b

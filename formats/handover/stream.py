"""The random numbers of the run, bit by bit those that the browser tab drew.

tabfit makes one stream of ChaCha8 for each purpose (Bernstein 2008), whose key is the seed, the purpose and two numbers. So the
order of an epoch and the change of a picture follow from the number of the epoch, wherever the run goes on.
"""

import numpy as np

SHUFFLE, AUGMENT = 1, 3
CONSTANTS = np.frombuffer(b"expand 32-byte k", "<u4")
ONES = 0xFFFFFFFF


class Stream:
    """The stream for one purpose: `Stream(seed, SHUFFLE, epoch)` or `Stream(seed, AUGMENT, epoch, picture)`."""

    def __init__(self, seed, purpose, first, second=0):
        self.key = np.array([seed, purpose, first, second], "<u8").view("<u4")
        self.words, self.at, self.block = [], 0, 0

    def u32(self):
        """A whole number below 2^32."""
        if self.at == len(self.words):
            count = min(64, 2 * self.block + 2)
            self.words, self.at = blocks(self.key, self.block, count), 0
            self.block += count
        self.at += 1
        return self.words[self.at - 1]

    def uniform(self):
        """A number from 0 to below 1, of 53 bits."""
        low = self.u32()
        return ((self.u32() << 32 | low) >> 11) / 2**53

    def boolean(self):
        """True half of the time."""
        return self.u32() >> 31 == 1

    def below(self, bound):
        """A whole number below `bound`, which is at most 2^32 (Canon's method)."""
        product = self.u32() * bound
        result, rest = product >> 32, product & ONES
        if rest > 2**32 - bound and rest + (self.u32() * bound >> 32) > ONES:
            result += 1
        return result

    def shuffle(self, items):
        """Shuffles a list (Durstenfeld 1964); one number is drawn for several neighbouring places."""
        chunk, left = 0, 1
        for place in range(len(items)):
            if left == 0:
                bound, left = place + 1, 1
                while bound * (place + 1 + left) <= ONES:
                    bound *= place + 1 + left
                    left += 1
                chunk = self.below(bound)
            left -= 1
            other = chunk
            if left > 0:
                chunk, other = divmod(chunk, place + 1)
            items[place], items[other] = items[other], items[place]


def blocks(key, first, count):
    """Blocks of ChaCha8, one after another: a list of 16 numbers for each."""
    state = np.zeros((4, 4, count), np.uint32)
    state[0] = CONSTANTS[:, None]
    state[1:3] = key.reshape(2, 4, 1)
    counters = np.arange(first, first + count, dtype=np.uint64)
    state[3, 0], state[3, 1] = counters & np.uint64(ONES), counters >> np.uint64(32)
    a, b, c, d = state.copy()
    for _ in range(4):
        a, b, c, d = quarters(a, b, c, d)
        b, c, d = np.roll(b, -1, 0), np.roll(c, -2, 0), np.roll(d, -3, 0)
        a, b, c, d = quarters(a, b, c, d)
        b, c, d = np.roll(b, 1, 0), np.roll(c, 2, 0), np.roll(d, 3, 0)
    mixed = np.stack([a, b, c, d]) + state
    return mixed.reshape(16, count).T.ravel().tolist()


def quarters(a, b, c, d):
    """Four quarter rounds side by side."""
    for left, right in ((16, 12), (8, 7)):
        a = a + b
        d = rotated(d ^ a, left)
        c = c + d
        b = rotated(b ^ c, right)
    return a, b, c, d


def rotated(words, bits):
    return words << np.uint32(bits) | words >> np.uint32(32 - bits)


def order_of_pass(count, seed, number, shuffled):
    """The positions of the training pictures in the pass over them with this number, counted from 1."""
    order = list(range(count - 1, -1, -1))
    if shuffled:
        Stream(seed, SHUFFLE, number).shuffle(order)
    return order[::-1]


def batches_of_epoch(count, settings, epoch):
    """The positions in each batch of an epoch, counted from 1. `settings` are the arguments of `fit`.

    With `stepsPerEpoch`, an epoch goes on with the pictures after those of the epoch before, until all were seen.
    """
    size = int(settings["batchSize"])
    in_all = -(-count // size)
    steps = min(int(settings.get("stepsPerEpoch") or in_all), in_all)
    epochs_of_a_pass = -(-in_all // steps)
    number, before = (epoch - 1) // epochs_of_a_pass + 1, (epoch - 1) % epochs_of_a_pass * steps
    order = order_of_pass(count, int(settings["seed"]), number, settings["shuffle"])
    starts = range(before * size, min((before + steps) * size, count), size)
    return [np.array(order[start : start + size]) for start in starts]

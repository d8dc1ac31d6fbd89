"""Event files of TensorBoard, which need no TensorFlow: TFRecords of `Event` messages, in which each curve has a plain number."""

import struct
import time


def table():
    """The remainders of CRC-32C (Castagnoli 1993) for each byte."""
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        yield byte


TABLE = tuple(table())


def masked_crc(content):
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(content):
    length = struct.pack("<Q", len(content))
    return b"".join((length, struct.pack("<I", masked_crc(length)), content, struct.pack("<I", masked_crc(content))))


def varint(number):
    content = bytearray()
    while number > 127:
        content.append(number & 127 | 128)
        number >>= 7
    return bytes([*content, number])


def message(field, content):
    """A field of a message of protocol buffers that has bytes."""
    return varint(field << 3 | 2) + varint(len(content)) + content


class EventFile:
    """The event file in a folder, which goes on where it ended before."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "events.out.tfevents.0000000000.tabfit"
        self.begun_before = self.path.exists()

    def add(self, step, values):
        """Adds a number to each curve, by its tag. The file is made with the first ones."""
        begun = self.path.exists()
        with open(self.path, "ab") as file:
            if not begun:
                file.write(record(self.event(0, message(3, b"brain.Event:2"))))
            # The fields of a value: 1 is the tag, 2 the number.
            summary = b"".join(message(1, message(1, tag.encode()) + b"\x15" + struct.pack("<f", value)) for tag, value in values.items())
            file.write(record(self.event(step, message(5, summary))))

    def event(self, step, what):
        return b"\x09" + struct.pack("<d", time.time()) + b"\x10" + varint(step) + what

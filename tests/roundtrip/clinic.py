"""The files that come with pydicom, and those of clinic_files.py made anew, read by tabfit: the pixels of pydicom, or a refusal of
what tabfit does not read.

    python clinic.py DECODE DIR    DECODE is the example of clinic/, DIR a folder for files
"""

import pathlib
import subprocess
import sys
import warnings

import numpy as np
import pydicom
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit, JPEGLossless, JPEGLosslessSV1, RLELossless

import clinic_files

READ = {ImplicitVRLittleEndian, ExplicitVRLittleEndian, RLELossless, JPEGBaseline8Bit, JPEGLossless, JPEGLosslessSV1}
COLOURS = {"RGB", "YBR_FULL"}
# Pixels may differ so much where a JPEG loses something, because each decoder rounds in its own way.
LOSSY = 2
# pydicom reads what is cut off, lists, and values that go through a table.
REFUSED = {"MR_truncated.dcm", "cut.dcm", "directory.dcm", "table.dcm"}


def is_read(dataset):
    """Whether the picture is one of those that README.md names."""
    syntax = dataset.file_meta.get("TransferSyntaxUID", ImplicitVRLittleEndian)
    if "PixelData" not in dataset or "Rows" not in dataset or syntax not in READ:
        return False
    colours = COLOURS | ({"YBR_FULL_422"} if syntax == JPEGBaseline8Bit else set())
    fits = dataset.PhotometricInterpretation in colours and dataset.BitsAllocated == 8
    if dataset.SamplesPerPixel == 1:
        fits = dataset.PhotometricInterpretation in ("MONOCHROME1", "MONOCHROME2") and dataset.BitsAllocated in (8, 16)
    return fits and int(dataset.get("NumberOfFrames") or 1) == 1


def main(program, folder):
    warnings.simplefilter("ignore")
    clinic_files.main(folder / "made")
    of_pydicom = pathlib.Path(pydicom.__file__).parent / "data/test_files"
    known = [path for path in sorted(of_pydicom.rglob("*")) if path.suffix in ("", ".dcm") and path.is_file()]
    made = [path for path in sorted((folder / "made").iterdir()) if path.suffix == ".dcm"]
    files = known + made
    answer = subprocess.run([program, str(folder), *map(str, files)], capture_output=True, text=True, check=True)
    wrong, same, refused = [], 0, {}
    for index, (path, line) in enumerate(zip(files, answer.stdout.splitlines(), strict=True)):
        width = line.split()[0]
        dataset = pydicom.dcmread(path, force=True)
        wanted = path.name not in REFUSED and is_read(dataset)
        if not width.isdigit():
            refused[line] = refused.get(line, 0) + 1
            if wanted:
                wrong.append(f"{path.name} {line}")
            continue
        if not wanted:
            wrong.append(f"{path.name} was read")
            continue
        expected, _ = clinic_files.shown(dataset)
        pixels = np.fromfile(folder / f"{index}.rgb", np.uint8).reshape(-1, int(width), 3)
        apart = np.abs(pixels.astype(int) - expected).max() if pixels.shape == expected.shape else "in its size"
        most = LOSSY if dataset.file_meta.TransferSyntaxUID == JPEGBaseline8Bit else 0
        if isinstance(apart, str) or apart > most:
            wrong.append(f"{path.name} differs {apart}")
        same += 1
    print(f"pydicom {pydicom.__version__}: {same} DICOM files give its pixels, {sum(refused.values())} others are refused in {len(refused)} ways")
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    assert same > 60, "the files were found"
    return 1 if wrong else 0


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    sys.exit(main(sys.argv[1], target))

"""Small pictures of clinic and laboratory, made by pydicom, GDCM, Pillow and tifffile, and the pixels that they should give.

    python clinic_files.py DIR    writes each file, and beside it as .rgb: its width in two bytes, whether its values are spread in
                                  one byte, and RGB. A file that is refused has no .rgb.

The pictures are drawn here, and nobody's. clinic/tests/fixtures holds what this wrote.
"""

import io
import pathlib
import sys
import tempfile

import gdcm
import numpy as np
import pydicom
import tifffile
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit, JPEGLossless, JPEGLosslessSV1, RLELossless

ROWS, COLUMNS = 9, 13


def greys(bits, signed=False):
    """A ramp with a bright corner; no two bits are always equal."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    values = (x * 37 + y * 11) * 2**bits // 700 + np.where((x > 9) & (y < 3), 2**bits // 5, 0)
    values = np.minimum(values, 2**bits - 1) - (2 ** (bits - 1) if signed else 0)
    return values.astype(np.int16 if signed else np.uint16)


def colours():
    y, x = np.mgrid[:ROWS, :COLUMNS]
    return np.stack([x * 19, y * 27, (x * y * 5) % 256], 2).astype(np.uint8)


def window(values, centre, width, shape="LINEAR"):
    """DICOM PS3.3 C.11.2.1, from 0 to 255."""
    if shape == "SIGMOID":
        return 255 / (1 + np.exp(-4 * (values - centre) / width))
    if shape == "LINEAR_EXACT":
        return np.clip((values - centre) / width + 0.5, 0, 1) * 255
    low, high = centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2
    inside = (values - (centre - 0.5)) / max(width - 1, 1e-9) + 0.5
    return np.where(values <= low, 0, np.where(values > high, 1, inside)) * 255


def spread(values):
    low, high = float(values.min()), float(values.max())
    return (values - low) * 255 / (high - low) if high > low else values * 0.0


def shown(dataset):
    """What pydicom reads, as a screen shows it, and whether it was spread."""
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    stored = dataset.pixel_array
    if dataset.SamplesPerPixel == 3:
        return stored, False
    values = stored.astype(float) * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))
    first = lambda value: float(value[0] if isinstance(value, pydicom.multival.MultiValue) else value)
    is_spread = dataset.get("WindowWidth") is None
    result = spread(values) if is_spread else window(
        values, first(dataset.WindowCenter), first(dataset.WindowWidth), dataset.get("VOILUTFunction", "LINEAR"))
    result = np.floor(result + 0.5)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        result = 255 - result
    return np.repeat(result.astype(np.uint8)[..., None], 3, 2), is_spread


def dicom(pixels, syntax=ExplicitVRLittleEndian, stored=None, **tags):
    """A file with these pixels, and with a name and a sequence that nobody should read."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7")
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = UID("1.2.3.4")
    data.PatientName = "Nobody^Here"
    inner = Dataset()
    inner.Rows = 7  # not that of the picture
    inner.is_undefined_length_sequence_item = True
    outer = Dataset()
    outer.ReferencedImageSequence = Sequence([inner])
    outer["ReferencedImageSequence"].is_undefined_length = True
    data.ReferencedStudySequence = Sequence([outer])
    data["ReferencedStudySequence"].is_undefined_length = True
    data.Rows, data.Columns = ROWS, COLUMNS
    data.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    data.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    if pixels.ndim == 3:
        data.PlanarConfiguration = 0
    data.BitsAllocated = pixels.dtype.itemsize * 8
    data.BitsStored = stored or data.BitsAllocated
    data.HighBit = data.BitsStored - 1
    data.PixelRepresentation = int(pixels.dtype.kind == "i")
    for name, value in tags.items():
        setattr(data, name, value)
    raw = pixels.tobytes()
    data.PixelData = raw + b"\0" * (len(raw) % 2)
    data["PixelData"].VR = "OB" if data.BitsAllocated == 8 else "OW"
    if syntax == RLELossless:
        data.compress(RLELossless, encoding_plugin="pydicom")
    data.file_meta.TransferSyntaxUID = syntax if syntax in (ImplicitVRLittleEndian, RLELossless) else ExplicitVRLittleEndian
    return data


def written(data):
    file = io.BytesIO()
    data.save_as(file, enforce_file_format=True)
    return file.getvalue()


def packed(data, syntax):
    """The same file, packed by GDCM."""
    with tempfile.TemporaryDirectory() as folder:
        plain, result = f"{folder}/plain.dcm", f"{folder}/packed.dcm"
        pathlib.Path(plain).write_bytes(written(data))
        reader = gdcm.ImageReader()
        reader.SetFileName(plain)
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        kind = {JPEGLossless: gdcm.TransferSyntax.JPEGLosslessProcess14, JPEGLosslessSV1: gdcm.TransferSyntax.JPEGLosslessProcess14_1}[syntax]
        change.SetTransferSyntax(gdcm.TransferSyntax(kind))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFileName(result)
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        assert writer.Write()
        return pathlib.Path(result).read_bytes()


def baseline(data, picture, photometric):
    """The same file with a JPEG by Pillow."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=95, subsampling=0)
    data.PhotometricInterpretation = photometric
    data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    data.PixelData = encapsulate([file.getvalue()])
    data["PixelData"].is_undefined_length = True
    return written(data)


def dicom_files():
    twelve, signed, eight = greys(12), greys(16, signed=True), greys(8).astype(np.uint8)
    ct = dict(WindowCenter=["400", "40"], WindowWidth=["2500", "80"], RescaleSlope="1", RescaleIntercept="-1024")
    yield "explicit-12.dcm", written(dicom(twelve, stored=12, **ct))
    yield "explicit-8.dcm", written(dicom(eight))
    yield "explicit-signed.dcm", written(dicom(signed))
    yield "implicit-signed.dcm", written(dicom(signed, ImplicitVRLittleEndian, RescaleSlope="0.5", RescaleIntercept="7", WindowCenter="100", WindowWidth="20000"))
    yield "no-preamble.dcm", bare(dicom(twelve, ImplicitVRLittleEndian, stored=12, **ct))
    yield "monochrome1.dcm", written(dicom(twelve, stored=12, PhotometricInterpretation="MONOCHROME1"))
    yield "sigmoid.dcm", written(dicom(twelve, stored=12, WindowCenter="2000", WindowWidth="900", VOILUTFunction="SIGMOID"))
    yield "linear-exact.dcm", written(dicom(twelve, stored=12, WindowCenter="2000", WindowWidth="900", VOILUTFunction="LINEAR_EXACT"))
    overlay = (twelve | np.uint16(0xA000)).astype(np.uint16)
    yield "unused-bits.dcm", written(dicom(overlay, stored=12))
    yield "rgb.dcm", written(dicom(colours()))
    yield "rgb-planes.dcm", written(dicom(colours().transpose(2, 0, 1).copy(), SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=1))
    yield "ybr.dcm", written(dicom(colours(), PhotometricInterpretation="YBR_FULL"))
    yield "rle-8.dcm", written(dicom(eight, RLELossless))
    yield "rle-signed.dcm", written(dicom(signed, RLELossless, WindowCenter="0", WindowWidth="30000"))
    yield "rle-rgb.dcm", written(dicom(colours(), RLELossless))
    yield "jpeg-baseline.dcm", baseline(dicom(eight), eight, "MONOCHROME2")
    yield "jpeg-baseline-ybr.dcm", baseline(dicom(colours()), colours(), "YBR_FULL_422")
    even = {"Rows": ROWS - 1}  # GDCM packs no odd number of bytes
    yield "jpeg-lossless-8.dcm", packed(dicom(eight[:-1], **even), JPEGLosslessSV1)
    yield "jpeg-lossless-12.dcm", packed(dicom(twelve[:-1], stored=12, **even, **ct), JPEGLossless)
    yield "jpeg-lossless-signed.dcm", packed(dicom(signed[:-1], **even), JPEGLosslessSV1)
    yield "jpeg-lossless-rgb.dcm", packed(dicom(colours()[:-1], **even), JPEGLosslessSV1)


def bare(data):
    """A file as before 1995: elements without kinds, and nothing before them."""
    del data.file_meta
    file = io.BytesIO()
    pydicom.dcmwrite(file, data, implicit_vr=True, little_endian=True, enforce_file_format=False)
    return file.getvalue()


def refused_files():
    eight = greys(8).astype(np.uint8)
    yield "two-frames.dcm", written(dicom(np.stack([eight, eight]).reshape(2 * ROWS, COLUMNS), NumberOfFrames=2))
    yield "palette.dcm", written(dicom(eight, PhotometricInterpretation="PALETTE COLOR"))
    yield "table.dcm", written(dicom(eight, ModalityLUTSequence=Sequence([Dataset()])))
    data = dicom(greys(16).astype(np.uint32), BitsStored=32, HighBit=31)
    yield "thirty-two-bits.dcm", written(data)
    data = dicom(eight)
    del data.PixelData
    yield "report.dcm", written(data)
    data = dicom(eight)
    data.DirectoryRecordSequence = Sequence([Dataset()])
    yield "directory.dcm", written(data)
    data = written(dicom(eight))
    yield "jpeg-2000.dcm", data.replace(b"UI\x14\x001.2.840.10008.1.2.1\0", b"UI\x16\x001.2.840.10008.1.2.4.90")
    yield "big-endian.dcm", data.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.2\0")
    yield "cut.dcm", data[:-20]


def laboratory_files():
    """Files of TIFF and PNG, with the values that they hold."""
    sixteen, eight, rgb = greys(16) // 9, greys(8).astype(np.uint8), colours()
    yield "grey-8.tif", eight, {}
    yield "grey-8-lzw.tif", eight, {"pillow": "tiff_lzw"}
    yield "grey-16.tif", sixteen, {}
    yield "grey-16-big-endian-deflate.tif", sixteen, {"compression": "zlib", "byteorder": ">"}
    yield "grey-16-signed.tif", greys(16, signed=True) // 3, {}
    yield "grey-float.tif", greys(12).astype(np.float32) / 7 - 3, {}
    yield "grey-big.tif", sixteen, {"bigtiff": True}
    yield "grey-tiles.tif", sixteen, {"tile": (16, 16)}
    yield "rgb-8-deflate.tif", rgb, {"pillow": "tiff_adobe_deflate"}
    yield "rgb-8-turned.tif", rgb, {"pillow": "packbits", "turned": 6}
    yield "rgb-16.tif", rgb.astype(np.uint16) * 250 + 99, {}
    yield "grey-16.png", sixteen, None


def laboratory(name, values, how):
    """The file, its RGB, and whether its values are spread."""
    file = io.BytesIO()
    if how is None:
        Image.fromarray(values).save(file, "PNG")
    elif "pillow" in how:
        tags = {317: 1 if how["pillow"] == "packbits" else 2, 274: how.get("turned", 1)}  # predictor, orientation
        Image.fromarray(values).save(file, "TIFF", compression=how["pillow"], tiffinfo=tags)
        values = np.asarray(Image.open(io.BytesIO(file.getvalue())))  # turned upright, as Pillow shows it
    else:
        kind = {"photometric": "rgb" if values.ndim == 3 else "minisblack", "metadata": None, "software": False}
        options = {key: how[key] for key in how if key not in ("byteorder", "bigtiff")}
        with tifffile.TiffWriter(file, byteorder=how.get("byteorder", "<"), bigtiff=how.get("bigtiff", False)) as writer:
            writer.write(values, **kind, **options)
    if values.ndim == 3:
        pixels = values if values.dtype == np.uint8 else np.floor(values / 257 + 0.5).astype(np.uint8)
        return file.getvalue(), pixels, False
    is_spread = values.dtype != np.uint8
    pixels = np.floor(spread(values.astype(float)) + 0.5).astype(np.uint8) if is_spread else values
    return file.getvalue(), np.repeat(pixels[..., None], 3, 2), is_spread


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)

    def write(name, content, pixels=None, is_spread=False):
        (folder / name).write_bytes(content)
        if pixels is not None:
            head = pixels.shape[1].to_bytes(2, "little") + bytes([is_spread])
            (folder / f"{name}.rgb").write_bytes(head + np.ascontiguousarray(pixels).tobytes())

    for name, content in dicom_files():
        write(name, content, *shown(pydicom.dcmread(io.BytesIO(content), force=True)))
    for name, content in refused_files():
        write(name, content)
    for name, values, how in laboratory_files():
        write(name, *laboratory(name, values, how))
    pages = io.BytesIO()
    with tifffile.TiffWriter(pages) as writer:
        for _ in range(2):
            writer.write(greys(8).astype(np.uint8), metadata=None, software=False)
    write("two-pages.tif", pages.getvalue())
    bits = io.BytesIO()
    Image.fromarray(greys(8) > 100).save(bits, "TIFF")
    write("one-bit.tif", bits.getvalue())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

"""Reads RF8 from safetensors with numpy alone: python3 read_rf8.py FILE prints every tensor with its range."""
import json
import sys

import numpy as np

RESIDUALS = np.array([12, 14, 15, 16, 17, 18, 20, 24]) / 16
CODES = np.arange(256)
# The value of every code at bias 0; 0x00 is zero, 0x80 is NaN.
TABLE = np.where(CODES & 128, -1.0, 1.0) * 2.0 ** ((CODES >> 3) & 15) * RESIDUALS[CODES & 7]
TABLE[[0, 128]] = 0, np.nan

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
          "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?"}


def decode(codes, bias):
    """float64 values of an array of codes; bias is a number, or one for each row of axis 0."""
    scale = 2.0 ** -np.asarray(bias, float)
    return TABLE[codes] * scale.reshape(scale.shape + (1,) * (codes.ndim - scale.ndim) * (scale.ndim > 0))


def unpack(rows, bits, palette, columns):
    """Codes of rows of palette indexes, bits each, least significant first; the top bit of an index is the sign."""
    stream = np.unpackbits(rows, axis=1, bitorder="little")[:, : columns * bits].reshape(len(rows), columns, bits)
    index = (stream[:, :, :-1] << np.arange(bits - 1)).sum(axis=2)
    codes = np.array([0, *palette], np.uint8)[index]
    return codes | np.where((codes > 0) & (stream[:, :, -1] > 0), 128, 0).astype(np.uint8)


def read(path):
    """The tensors of a safetensors file by name: RF8 and BF16 as floats, types that numpy lacks as bytes."""
    data = np.fromfile(path, np.uint8)
    length = int(data[:8].view("<u8")[0])
    header = json.loads(data[8 : 8 + length].tobytes())
    metadata = header.pop("__metadata__", {})
    rf8 = json.loads(metadata.get("rf8.tensors", "{}")) if metadata.get("format") == "rf8" else {}
    assert not rf8 or metadata["rf8.version"] in ("1", "2"), "another version of RF8"
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        raw, shape = data[start:end].tobytes(), entry["shape"]
        if entry["dtype"] == "BF16":
            bits = np.frombuffer(raw, "<u2").astype("<u4") << 16
            tensors[name] = bits.view("<f4").reshape(shape)
        elif entry["dtype"] in DTYPES:
            tensors[name] = np.frombuffer(raw, DTYPES[entry["dtype"]]).reshape(shape)
        else:
            tensors[name] = np.frombuffer(raw, np.uint8)
    for name, entry in rf8.items():
        codes = tensors[name]
        if "palette" in entry:
            codes = unpack(codes, entry["bits"], entry["palette"], entry["columns"])
        tensors[name] = decode(codes, entry["bias"])
        if "scale" in entry:
            tensors[name] *= tensors[entry["scale"]].reshape((-1,) + (1,) * (codes.ndim - 1))
    for entry in rf8.values():
        tensors.pop(entry.get("scale"), None)
    return tensors


if __name__ == "__main__":
    for name, values in read(sys.argv[1]).items():
        print(name, list(values.shape), values.min(initial=np.inf), values.max(initial=-np.inf))

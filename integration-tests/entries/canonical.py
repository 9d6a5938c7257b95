"""One lossless JSON spelling for every Arrow value, so that a JVM test can compare without Python.

The rules are in README.md. Two encoders live here on purpose: one reads Arrow arrays, the other reads what pandas
hands to a user. The manifest carries the Arrow spelling; the pandas one exists to prove that both say the same.
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.types as pt

Json = Any

_UNITS_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def is_text(kind: pa.DataType) -> bool:
    """True for the three layouts of a string."""
    return pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind)


def is_bytes(kind: pa.DataType) -> bool:
    """True for the four layouts of a byte string."""
    return pt.is_binary(kind) or pt.is_large_binary(kind) or pt.is_binary_view(kind) or pt.is_fixed_size_binary(kind)


def is_sequence(kind: pa.DataType) -> bool:
    """True for the layouts of a list; a map is not one of them."""
    return pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind)


def is_raw_temporal(kind: pa.DataType) -> bool:
    """True for temporal types that are spelt as the raw integer in the column's own unit."""
    return pt.is_timestamp(kind) or pt.is_time(kind) or pt.is_duration(kind)


def _float(value: Any) -> str:
    number = float(value)
    return "NaN" if math.isnan(number) else repr(number)


def _decimal(value: decimal.Decimal) -> str:
    return format(value, "f")


def _hex(value: bytes) -> Json:
    return {"hex": bytes(value).hex()}


def _date_of_days(days: int) -> str:
    return str(np.datetime64(days, "D"))


def _each(values: Iterable[Any], encode: Callable[[Any], Json]) -> list[Json]:
    return [None if value is None else encode(value) for value in values]


def raw_integers(array: pa.Array) -> list[int | None]:
    """The stored integers of a temporal array: days for date32, milliseconds for date64, else the unit's ticks."""
    width = pa.int32() if array.type.bit_width == 32 else pa.int64()
    return array.cast(width).to_pylist()


def whole(column: pa.ChunkedArray) -> pa.Array:
    """The chunks of a column as one array."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)


def encode_array(array: pa.Array) -> list[Json]:
    """The canonical spelling of every value of an Arrow array, null as None."""
    kind = array.type
    if pt.is_dictionary(kind):
        categories = encode_array(array.dictionary)
        return _each(array.indices.to_pylist(), lambda index: categories[index])
    if pt.is_null(kind) or pt.is_boolean(kind) or is_text(kind):
        return array.to_pylist()
    if pt.is_integer(kind):
        return _each(array.to_pylist(), str)
    if pt.is_floating(kind):
        return _each(array.to_pylist(), _float)
    if pt.is_decimal(kind):
        return _each(array.to_pylist(), _decimal)
    if is_bytes(kind):
        return _each(array.to_pylist(), _hex)
    if pt.is_date32(kind):
        return _each(raw_integers(array), _date_of_days)
    if pt.is_date64(kind):
        return _each(raw_integers(array), lambda millis: _date_of_days(millis // 86_400_000))
    if is_raw_temporal(kind):
        return _each(raw_integers(array), str)
    if is_sequence(kind):
        return [encode_array(item.values) if item.is_valid else None for item in array]
    if pt.is_map(kind):
        return [_encode_map(item) if item.is_valid else None for item in array]
    if pt.is_struct(kind):
        names = [field.name for field in kind]
        rows = zip(*(encode_array(child) for child in array.flatten()), strict=True)
        return [dict(zip(names, row, strict=True)) if ok else None for row, ok in zip(rows, array.is_valid().to_pylist(), strict=True)]
    raise TypeError(f"no canonical spelling for {kind}")


def _encode_map(item: pa.MapScalar) -> Json:
    entries = item.values
    return {"map": [list(pair) for pair in zip(encode_array(entries.field(0)), encode_array(entries.field(1)), strict=True)]}


def _is_missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _ticks_of_time(value: dt.time, unit: str) -> int:
    micros = ((value.hour * 60 + value.minute) * 60 + value.second) * 10**6 + value.microsecond
    return micros * _UNITS_PER_SECOND[unit] // 10**6


def encode_pandas(value: Any, kind: pa.DataType) -> Json:
    """The canonical spelling of one value as pandas hands it out, for a column that Arrow stores as `kind`.

    pandas shows null as None, NaN, NaT or NA; all of them become None here.
    """
    if _is_missing(value):
        return None
    if pt.is_dictionary(kind):
        return encode_pandas(value, kind.value_type)
    if pt.is_boolean(kind):
        return bool(value)
    if is_text(kind):
        return str(value)
    if pt.is_integer(kind):
        return str(int(value))
    if pt.is_floating(kind):
        return _float(value)
    if pt.is_decimal(kind):
        return _decimal(value)
    if is_bytes(kind):
        return _hex(value)
    if pt.is_date(kind):
        return pd.Timestamp(value).date().isoformat()
    if pt.is_timestamp(kind):
        return str(pd.Timestamp(value).as_unit(kind.unit).asm8.view("i8").item())
    if pt.is_duration(kind):
        return str(pd.Timedelta(value).as_unit(kind.unit).asm8.view("i8").item())
    if pt.is_time(kind):
        return str(_ticks_of_time(value, kind.unit))
    if pt.is_map(kind):
        return {"map": [[encode_pandas(k, kind.key_type), encode_pandas(v, kind.item_type)] for k, v in value]}
    if is_sequence(kind):
        return [encode_pandas(item, kind.value_type) for item in value]
    if pt.is_struct(kind):
        return {field.name: encode_pandas(value.get(field.name), field.type) for field in kind}
    raise TypeError(f"no canonical spelling for {kind}")


def nan_as_null(value: Json) -> Json:
    """`value` with every NaN as null: pandas does not tell the two apart in most columns."""
    if isinstance(value, list):
        return [nan_as_null(item) for item in value]
    if isinstance(value, dict):
        return {key: nan_as_null(item) for key, item in value.items()}
    return None if value == "NaN" else value


def summarize(array: pa.Array) -> dict[str, Json]:
    """What stands for the values of a column that is too long to list; see README.md for each member."""
    kind = array.type
    if pt.is_dictionary(kind):
        return summarize(array.dictionary_decode())
    if pt.is_boolean(kind):
        return {"true_count": sum(value is True for value in array.to_pylist())}
    if pt.is_integer(kind):
        return {"sum": str(sum(value for value in array.to_pylist() if value is not None))}
    if pt.is_temporal(kind):
        return {"sum": str(sum(value for value in raw_integers(array) if value is not None))}
    if pt.is_floating(kind):
        return _summarize_floats([float(value) for value in array.to_pylist() if value is not None])
    if is_text(kind):
        return _summarize_bytes(value.encode() for value in array.to_pylist() if value is not None)
    if is_bytes(kind):
        return _summarize_bytes(value for value in array.to_pylist() if value is not None)
    raise TypeError(f"no summary for {kind}")


def _summarize_floats(values: list[float]) -> dict[str, Json]:
    bits = 0
    for value in values:
        bits ^= struct.unpack(">Q", struct.pack(">d", value))[0]
    return {"sum": _float(math.fsum(values)), "xor_bits": f"{bits:016x}"}


def _summarize_bytes(values: Iterable[bytes]) -> dict[str, Json]:
    known: dict[bytes, int] = {}
    length = crc = 0
    for value in values:
        if value not in known:
            known[value] = zlib.crc32(value)
        length += len(value)
        crc += known[value]
    return {"byte_length_sum": str(length), "crc32_sum": str(crc)}

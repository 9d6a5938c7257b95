"""The values that are cached where they are no tables: one name for each, the same value on every run.

`VALUES` holds what any serializer of documents takes, `MARKED` what needs a marker of `default`, `AUTO` what only `auto`
takes, `JSON` what only `orjson` takes, `ARRAYS` the NumPy arrays, `PANDAS` series and frames. This module is imported by
environments without pandas' friends, so it imports them on use.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

UTC = dt.timezone.utc  # noqa: UP017 - the oldest library runs on older Pythons too

_PEOPLE = [
    {"id": 1, "name": "Ada", "score": 0.5, "tags": ["a", "ß"]},
    {"id": 2, "name": "Björn", "score": 1.5, "tags": []},
    {"id": 3, "name": "東", "score": -2.0, "tags": ["c"]},
]

#: A document of every shape, of what MessagePack and JSON both know.
VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "int": 42,
    "int_min": -(2**63),
    "uint_max": 2**64 - 1,
    "float": 0.1,
    "text": "größe 東京 🦆",
    "text_empty": "",
    "text_long": "a line that comes again and again\n" * 300,
    "list_empty": [],
    "list_ints": [1, -2, 300, -40_000, 2**40],
    "list_ints_wide": [1, 2**64 - 1],
    "list_numbers": [1, 2.5, -3],
    "list_nulls": [None, None],
    "list_text_null": ["a", None, ""],
    "list_bools": [True, False, None],
    "list_mixed": [1, "two", None, 3.5, True],
    "list_lists": [[1, 2], [], [3], None],
    "list_lists_deep": [[["a"], []], [], [["b", "c"]]],
    "list_with_map": [1, {"a": 2}],
    "map_empty": {},
    "map": {"user": "Ada", "score": 42, "pi": 3.25, "none": None, "yes": True},
    "map_nested": {"user": {"name": "Ada", "at": {"x": 1, "y": 2}}, "tags": ["a", "b"], "n": 1},
    "map_columns": {"a": [1, 2, 3], "b": ["x", None, "z"], "c": [0.5, 1, 2]},
    "map_lists_uneven": {"a": [1, 2, 3], "b": ["x"]},
    "map_of_maps": {"a": {"n": 1}, "b": {"n": 2}},
    "rows": _PEOPLE,
    "rows_missing": [{"a": 1}, {"b": "x"}, {"a": 3, "b": None, "c": True}],
    "rows_widening": [{"n": 1}, {"n": 2.5}, {"n": None}],
    "rows_mixed": [{"v": 1}, {"v": "two"}, {"v": [3]}, {"v": {"four": 4}}, {"v": None}],
    "rows_structs": [{"at": {"x": 1, "y": 2.5}}, {"at": {"x": 3, "y": 4}}, {"at": None}],
    "rows_maps": [{"by": {"ada": 1}}, {"by": {"björn": 2, "cleo": 3}}, {"by": {}}],
    "rows_list_of_maps": [{"items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}]}, {"items": []}],
    "rows_many": [{"id": i, "even": i % 2 == 0, "name": f"name {i % 7}"} for i in range(200)],
    "depth_30": None,  # set below
}
for _ in range(30):
    VALUES["depth_30"] = [VALUES["depth_30"]]

#: What MessagePack knows and JSON does not.
MSGPACK: dict[str, Any] = {
    "bytes": b"\x00\xff\x10",
    "bytes_empty": b"",
    "list_bytes": [b"a", None, b"\xff"],
    "floats_special": [float("nan"), float("inf"), float("-inf"), -0.0],
    "rows_bytes": [{"b": b"\x01"}, {"b": b""}],
}

#: What `default` marks.
MARKED: dict[str, Any] = {
    "datetime": dt.datetime(2026, 1, 2, 3, 4, 5, 678_901),
    "datetime_utc": dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "datetime_offset": dt.datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=dt.timezone(dt.timedelta(hours=-5, minutes=-30))),
    "date": dt.date(1, 1, 1),
    "time": dt.time(23, 59, 59, 999_999),
    "rows_times": [
        {"at": dt.datetime(2026, 1, 1, tzinfo=UTC), "day": dt.date(2026, 1, 1), "hour": dt.time(1), "local": dt.datetime(1900, 1, 1)},
        {"at": None, "day": dt.date(9999, 12, 31), "hour": None, "local": dt.datetime(2262, 4, 12)},
    ],
    "list_datetimes": [dt.datetime(2026, 1, 1, tzinfo=UTC), None],
}

#: What `auto` alone marks. Sets are of small integers, whose order Python does not draw by lot.
AUTO: dict[str, Any] = {
    "uuid": uuid.UUID("12345678-1234-5678-1234-567812345678"),
    "tuple": (1, 2, 3),
    "set": {1, 2, 3},
    "frozenset": frozenset({4, 5}),
    "rows_auto": [
        {"id": uuid.UUID(int=1), "pair": (1, 2), "tags": {1, 2}, "frozen": frozenset({3})},
        {"id": None, "pair": (3, 4), "tags": set(), "frozen": frozenset()},
    ],
    "tuple_nested": {"t": ((1, 2), (3, 4)), "n": 5},
}

#: What `orjson` writes in a way of its own.
JSON: dict[str, Any] = {
    "json_times": {"at": dt.datetime(2026, 1, 1, 12, tzinfo=UTC), "day": dt.date(2026, 1, 1), "id": uuid.UUID(int=7)},
    "json_nan": [float("nan"), 1.5],
    "json_escapes": "quote \" backslash \\ newline \n control \x01 astral 🦆",
}

#: Documents of interop/v1: its writer sorts the keys of maps.
INTEROP: tuple[str, ...] = (
    "null",
    "int_min",
    "uint_max",
    "float",
    "text",
    "list_mixed",
    "map",
    "map_nested",
    "rows",
    "rows_missing",
    "rows_times",
    "bytes",
)


def every() -> dict[str, Any]:
    """All values that are no arrays and no frames, by name."""
    return {**VALUES, **MSGPACK, **MARKED, **AUTO, **JSON}


def arrays() -> dict[str, Any]:
    """NumPy arrays of every dtype and some shapes."""
    import numpy as np

    made: dict[str, Any] = {}
    for code in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"):
        info = np.iinfo(code) if code[0] in "iu" else np.finfo(code)
        for order in "<>" if code[1] != "1" else "|":
            name = f"np_{'be_' if order == '>' else ''}{np.dtype(code).name}"
            made[name] = np.array([info.min, 0, 1, info.max], order + code)
    made["np_float_special"] = np.array([np.nan, np.inf, -np.inf, -0.0])
    made["np_bool"] = np.array([True, False, True])
    for unit in ("D", "s", "ms", "us", "ns"):
        made[f"np_datetime_{unit}"] = np.array(["2026-01-02T03:04:05", "NaT", "1969-12-31"], f"M8[{unit}]")
        made[f"np_timedelta_{unit}"] = np.array([1, -5, "NaT"], f"m8[{unit}]")
    made["np_be_datetime_us"] = made["np_datetime_us"].astype(">M8[us]")
    made["np_text"] = np.array(["a", "größe", "", "🦆x"])
    made["np_be_text"] = made["np_text"].astype(">U5")
    made["np_bytes"] = np.array([b"a", b"bcd", b""])
    made["np_0d"] = np.array(3.5)
    made["np_0d_int"] = np.array(-7, "i4")
    made["np_empty"] = np.array([], "f8")
    made["np_2d"] = np.arange(6, dtype="f8").reshape(2, 3)
    made["np_2d_fortran"] = np.asfortranarray(np.arange(6, dtype="i4").reshape(2, 3))
    made["np_be_2d"] = np.arange(6, dtype=">i8").reshape(3, 2)
    made["np_2d_bool"] = np.array([[True, False], [False, True]])
    made["np_2d_no_rows"] = np.zeros((0, 3))
    made["np_2d_no_columns"] = np.zeros((3, 0))
    made["np_3d"] = np.arange(24, dtype="i2").reshape(2, 3, 4)
    made["np_4d"] = np.arange(16, dtype="u1").reshape(2, 2, 2, 2)
    made["np_complex"] = np.array([1 + 2j, -3j])
    made["np_longdouble"] = _longdoubles(1.5, -2.5)
    made["np_structured"] = np.array([(1, 2.5), (3, 4.5)], [("a", "i4"), ("b", "f8")])
    made["np_object"] = np.array([{"a": 1}, None], object)
    return made


def _longdoubles(*values: float) -> Any:
    """Extended doubles whose padding is zero; NumPy leaves in it what lay in memory before."""
    import numpy as np

    raw = np.array(values, np.longdouble).view("u1").reshape(len(values), -1)
    raw[:, 10:] = 0
    return raw.reshape(-1).view(np.longdouble)


def marked_arrays() -> dict[str, Any]:
    """Arrays within documents: `auto` marks them."""
    import numpy as np

    return {
        "nd_in_map": {"name": "m", "weights": np.array([0.5, 1.5]), "matrix": np.arange(4, dtype="i4").reshape(2, 2)},
        "nd_in_rows": [{"v": np.array([1.0, 2.0], "f4")}, {"v": np.array([3.0, 4.0], "f4")}],
        "nd_in_list": [np.array([1, 2]), np.array([3])],
    }


def pandas_values() -> dict[str, Any]:
    """Series and frames, as the library writes them where it cannot use Arrow."""
    import numpy as np
    import pandas as pd

    base = pd.DataFrame({"i": [1, 2, 3], "f": [0.5, np.nan, -1.5], "s": ["a", None, "ß"], "b": [True, False, True]})
    times = pd.to_datetime(["2026-01-01 00:00:00.000001", None, "1969-12-31 23:59:59.123456"])
    return {
        "df": base,
        "df_widths": pd.DataFrame({name: np.array([0, 1, 100], name) for name in ("int8", "uint8", "int16", "uint64", "float32", "float64")}),
        "df_index_text": base.set_index(pd.Index(["x", "y", "z"], name="key")),
        "df_index_ints": base.set_index(pd.Index([10, 20, 30])),
        "df_no_rows": base.iloc[:0],
        # Without columns nothing written tells how many rows there were.
        "df_no_columns": base.iloc[:0][[]],
        "df_times": pd.DataFrame({"at": times, "n": [1, 2, 3]}),
        "df_nullable": pd.DataFrame({"n": pd.array([1, None, 3], "Int64"), "t": pd.array([True, None, False], "boolean")}),
        "df_columns_ints": pd.DataFrame([[1, 2], [3, 4]]),
        "df_objects": pd.DataFrame({"o": [[1, 2], [3], None], "m": [1, "two", None]}),
        "series_ints": pd.Series([1, 2, 3], name="value"),
        "series_floats": pd.Series([0.5, np.nan], index=["a", "b"], name="f"),
        "series_text": pd.Series(["a", None, "ß"]),
        "series_times": pd.Series(times, name="at"),
        "series_empty": pd.Series([], dtype="float64", name="none"),
        "series_bools": pd.Series([True, False], name="b"),
        "series_float32": pd.Series([1.5, 2.5], dtype="float32", name="f4"),
    }

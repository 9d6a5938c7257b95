"""The tables that are cached: one function per topic, the same rows on every run.

Each function covers one family of column types. A topic is a pandas frame where pandas can hold the type, and an Arrow
table or a polars frame where it cannot, or where the library has another way in for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

Frame = pd.DataFrame | pl.DataFrame | pa.Table | dict[str, Any]
TOPICS: dict[str, Callable[[], Frame]] = {}


def topic(build: Callable[[], Frame]) -> Callable[[], Frame]:
    """Register `build` under its own name."""
    TOPICS[build.__name__] = build
    return build


def _arrow(values: list[Any], kind: pa.DataType) -> pd.Series:
    """A pandas column that is backed by an Arrow array of exactly this type."""
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values, kind)))


def _cycle(values: np.ndarray, rows: int) -> np.ndarray:
    """`values` over and over: a long column that compresses to almost nothing."""
    return np.resize(values, rows)


def _words(count: int, seed: int) -> list[str]:
    """Pronounceable words of uneven length, some of them not ASCII."""
    rng = np.random.default_rng(seed)
    syllables = ["ka", "lo", "mi", "nüß", "pré", "sta", "tó", "vel", "xyz", "東"]
    return ["".join(rng.choice(syllables, rng.integers(1, 6))) for _ in range(count)]


# ---------------------------------------------------------------- numbers


@topic
def ints() -> pd.DataFrame:
    """Every NumPy integer width, with the ends of its range."""
    columns = {}
    for bits in (8, 16, 32, 64):
        for name in (f"int{bits}", f"uint{bits}"):
            info = np.iinfo(name)
            columns[name] = np.array([info.min, info.min + 1, 0, 1, 42, info.max - 1, info.max], name)
    return pd.DataFrame(columns)


@topic
def floats() -> pd.DataFrame:
    """Every float width with its ends, infinities and -0.0; pandas turns NaN into null on the way to Arrow."""
    columns = {}
    for name in ("float16", "float32", "float64"):
        info = np.finfo(name)
        ends = [info.min, info.max, info.tiny, info.smallest_subnormal]
        columns[name] = np.array([0.0, -0.0, 1.5, -1 / 3, np.nan, np.inf, -np.inf, *ends], name)
    return pd.DataFrame(columns)


@topic
def floats_nan_and_null() -> pa.Table:
    """Float columns in which NaN and null are different things."""
    values = [float("nan"), None, float("inf"), float("-inf"), -0.0, 0.1]
    halves = pa.array([None if value is None else np.float16(value) for value in values], pa.float16())
    return pa.table({"float16": halves, "float32": pa.array(values, pa.float32()), "float64": pa.array(values, pa.float64())})


@topic
def bools() -> pd.DataFrame:
    """Eleven rows: more than one byte of bits, and not a full second one."""
    plain = [index % 3 == 0 for index in range(11)]
    return pd.DataFrame({"plain": plain, "with_null": [None if index % 4 == 1 else index % 2 == 0 for index in range(11)]})


@topic
def nullable_dtypes() -> pd.DataFrame:
    """pandas' own nullable dtypes."""
    columns: dict[str, Any] = {}
    for bits in (8, 16, 32, 64):
        for name in (f"Int{bits}", f"UInt{bits}"):
            info = np.iinfo(name.lower())
            columns[name] = pd.array([int(info.min), None, 7, int(info.max)], name)
    columns["Float32"] = pd.array([0.1, None, -2.5, np.inf], "Float32")
    columns["Float64"] = pd.array([0.1, None, -2.5, -np.inf], "Float64")
    columns["boolean"] = pd.array([True, None, False, True], "boolean")
    columns["string"] = pd.array(["a", pd.NA, "", "ß"], "string")
    return pd.DataFrame(columns)


@topic
def arrow_dtypes() -> pd.DataFrame:
    """pandas columns backed by Arrow, one per scalar type that has no topic of its own."""
    return pd.DataFrame(
        {
            "int8": _arrow([-128, None, 127], pa.int8()),
            "uint16": _arrow([0, None, 65_535], pa.uint16()),
            "int32": _arrow([-1, None, 1], pa.int32()),
            "uint64": _arrow([0, None, 2**64 - 1], pa.uint64()),
            "float32": _arrow([0.5, None, -0.0], pa.float32()),
            "float64": _arrow([0.1, None, 1e300], pa.float64()),
            "bool": _arrow([True, None, False], pa.bool_()),
            "string": _arrow(["x", None, "€"], pa.string()),
        }
    )


@topic
def decimals() -> pd.DataFrame:
    """decimal128 and decimal256, at and around the precision of 38 that engines stop at."""
    small = [Decimal("0.00"), Decimal("-1.50"), None, Decimal("99999.99")]
    return pd.DataFrame(
        {
            "inferred": pd.Series(small, dtype=object),
            "d128_7_2": _arrow(small, pa.decimal128(7, 2)),
            "d128_18_0": _arrow([Decimal(10**18 - 1), Decimal(-(10**18) + 1), None, Decimal(1)], pa.decimal128(18, 0)),
            "d128_38_10": _arrow([Decimal("-" + "9" * 28 + "." + "9" * 10), None, Decimal("0E-10"), Decimal("1.0000000001")], pa.decimal128(38, 10)),
            "d256_20_5": _arrow([Decimal("123456789012345.12345"), Decimal("-0.00001"), None, Decimal(0)], pa.decimal256(20, 5)),
            "d256_38_0": _arrow([Decimal("9" * 38), Decimal("-" + "9" * 38), None, Decimal(7)], pa.decimal256(38, 0)),
            "d256_76_20": _arrow([Decimal("9" * 56 + "." + "9" * 20), Decimal("-" + "1" * 56 + "." + "0" * 20), None, Decimal(0)], pa.decimal256(76, 20)),
        }
    )


@topic
def decimals_narrow() -> pa.Table:
    """decimal32 and decimal64, which older Arrow releases cannot name, beside columns that every reader knows."""
    return pa.table(
        {
            "id": pa.array([1, 2, 3], pa.int64()),
            "d32_9_3": pa.array([Decimal("123456.789"), None, Decimal("-0.001")], pa.decimal32(9, 3)),
            "d64_18_4": pa.array([Decimal("12345678901234.5678"), None, Decimal("-1.0000")], pa.decimal64(18, 4)),
            "name": pa.array(["a", "b", "c"], pa.string()),
        }
    )


# ---------------------------------------------------------------- text and bytes

_TEXTS = ["", "plain", "tab\tnewline\nquote\"", "Grüße", "日本語", "🦆🦆", "e\u0301", "nul\x00inside", "a text of more than twelve bytes", None]

_BYTES = [b"", b"\x00\xff", None, b"CK\x03", bytes(range(32))]


@topic
def strings() -> pd.DataFrame:
    """pandas 3's own string column, which Arrow sees as large_utf8."""
    return pd.DataFrame({"text": _TEXTS, "no_null": [f"row {index}" for index in range(len(_TEXTS))]})


@topic
def strings_object() -> pd.DataFrame:
    """Text in a column of Python objects."""
    return pd.DataFrame({"text": pd.Series(_TEXTS, dtype=object)})


@topic
def strings_layouts() -> pd.DataFrame:
    """The same text in all three layouts."""
    kinds = {"utf8": pa.string(), "large_utf8": pa.large_string(), "utf8_view": pa.string_view()}
    return pd.DataFrame({name: _arrow(_TEXTS, kind) for name, kind in kinds.items()})


@topic
def strings_polars() -> pl.DataFrame:
    """A polars frame: its text and bytes come as views, short ones inline and long ones in data buffers."""
    return pl.DataFrame(
        {
            "text": _TEXTS,
            "bytes": [None if text is None else text.encode() for text in _TEXTS],
            "number": list(range(len(_TEXTS))),
        }
    )


@topic
def strings_empty_object() -> pd.DataFrame:
    """No rows in an object column: Arrow cannot know that it was text."""
    return pd.DataFrame({"text": pd.Series([], dtype=object), "number": pd.Series([], dtype="int64")})


@topic
def binary() -> pd.DataFrame:
    """The layouts of a byte string that pandas can read back."""
    values = _BYTES
    columns = {name: _arrow(values, kind) for name, kind in {"binary": pa.binary(), "large_binary": pa.large_binary()}.items()}
    columns["object"] = pd.Series(values, dtype=object)
    return pd.DataFrame(columns)


@topic
def binary_layouts() -> pa.Table:
    """The layouts that pandas-backed columns can be written from, but not read back into."""
    fixed = [b"abc", b"\x00\x00\x00", None, b"CK\x03", b"\xff\xff\xff"]
    return pa.table({"binary_view": pa.array(_BYTES, pa.binary_view()), "fixed_3": pa.array(fixed, pa.binary(3))})


@topic
def categoricals() -> pd.DataFrame:
    """Categories out of order, unused, ordered, of integers and of timestamps; nulls are codes of -1."""
    months = pd.to_datetime(["2026-03-01", "2026-01-01"])
    return pd.DataFrame(
        {
            "out_of_order": pd.Categorical(["b", "a", None, "c", "b", "a"], ["c", "a", "b", "never used"]),
            "ordered": pd.Categorical(["low", "high", "mid", None, "low", "mid"], ["low", "mid", "high"], ordered=True),
            "of_ints": pd.Categorical([30, 10, 20, 30, None, 10], [30, 20, 10]),
            "of_floats": pd.Categorical([0.5, -1.5, 0.5, 0.5, None, -1.5]),
            "of_timestamps": pd.Categorical([months[0], months[1], None, months[0], months[0], months[1]], months),
            "all_null": pd.Categorical([None] * 6, ["x"]),
        }
    )


@topic
def categorical_wide_codes() -> pd.DataFrame:
    """200 categories need codes of 16 bits."""
    words = [f"category {index:03d}" for index in range(200)]
    return pd.DataFrame({"word": pd.Categorical([words[(index * 7) % 200] for index in range(250)], words)})


@topic
def dictionaries() -> pa.Table:
    """Dictionary columns that pandas would not write: unsigned codes, a null inside the dictionary, views as values."""
    codes = pa.array([0, 1, None, 2], pa.uint8())
    return pa.table(
        {
            "unsigned_codes": pa.DictionaryArray.from_arrays(codes, pa.array(["x", "y", "z"])),
            "null_in_dictionary": pa.DictionaryArray.from_arrays(codes, pa.array(["x", None, "z"])),
            "int64_codes": pa.DictionaryArray.from_arrays(codes.cast(pa.int64()), pa.array([1.5, -2.5, 0.0])),
        }
    )


# ---------------------------------------------------------------- time

_INSTANTS = ["1970-01-01T00:00:00", "1969-12-31T23:59:59", "1901-02-03T04:05:06", "2026-06-15T12:34:56", "2200-01-01T00:00:00"]
_UNITS = ("s", "ms", "us", "ns")


def _instants(unit: str) -> np.ndarray:
    """`_INSTANTS` with one tick added to each where the unit is finer than a second, and NaT at the end."""
    ticks = np.array(_INSTANTS, "datetime64[s]").astype(f"datetime64[{unit}]")
    if unit != "s":
        ticks = ticks + np.timedelta64(1, unit)
    return np.append(ticks, np.datetime64("NaT"))


@topic
def timestamps() -> pd.DataFrame:
    """Wall-clock times in every unit, before and after 1970."""
    return pd.DataFrame({unit: pd.Series(_instants(unit)) for unit in _UNITS})


@topic
def timestamps_zoned() -> pd.DataFrame:
    """Instants in every unit, and in three kinds of zone."""
    columns = {unit: pd.Series(_instants(unit)).dt.tz_localize("UTC") for unit in _UNITS}
    columns["berlin_us"] = columns["us"].dt.tz_convert("Europe/Berlin")
    columns["offset_ms"] = columns["ms"].dt.tz_convert(dt.timezone(dt.timedelta(hours=-3, minutes=-30)))
    return pd.DataFrame(columns)


@topic
def timestamps_extreme() -> pa.Table:
    """Instants that a JVM's microseconds or a four-digit year cannot take for granted."""
    return pa.table(
        {
            "s": pa.array([-62_135_596_800, 253_402_300_799, None], pa.timestamp("s")),
            "ms": pa.array([-62_135_596_800_000, 253_402_300_799_999, None], pa.timestamp("ms")),
            "us": pa.array([-62_135_596_800_000_000, 253_402_300_799_999_999, None], pa.timestamp("us")),
            "ns": pa.array([-(2**63) + 1, 2**63 - 1, -1], pa.timestamp("ns")),
        }
    )


@topic
def dates() -> pd.DataFrame:
    """Calendar days, before 1582 and after 9999's neighbourhood included."""
    days = [dt.date(1970, 1, 1), dt.date(1969, 12, 31), None, dt.date(1582, 10, 4), dt.date(2024, 2, 29), dt.date(9999, 12, 31)]
    return pd.DataFrame({"object": pd.Series(days, dtype=object), "date32": _arrow(days, pa.date32()), "date64": _arrow(days, pa.date64())})


@topic
def times() -> pa.Table:
    """Times of day in every unit, with a nanosecond that Python cannot hold."""
    last = 86_400
    return pa.table(
        {
            "s": pa.array([0, 1, None, last - 1], pa.time32("s")),
            "ms": pa.array([0, 1, None, last * 10**3 - 1], pa.time32("ms")),
            "us": pa.array([0, 1, None, last * 10**6 - 1], pa.time64("us")),
            "ns": pa.array([0, 1, None, last * 10**9 - 1], pa.time64("ns")),
        }
    )


@topic
def times_object() -> pd.DataFrame:
    """Times of day as Python objects."""
    return pd.DataFrame({"at": pd.Series([dt.time(0), None, dt.time(23, 59, 59, 999_999)], dtype=object)})


@topic
def durations() -> pd.DataFrame:
    """Spans of time in every unit, negative ones included."""
    counts = np.array([0, 1, -1, 86_400, -(10**9)], "int64")
    return pd.DataFrame({unit: pd.Series(np.append(counts.astype(f"timedelta64[{unit}]"), np.timedelta64("NaT"))) for unit in _UNITS})


# ---------------------------------------------------------------- nested

_INT_LISTS = [[1, 2, 3], [], None, [4, None, 6], [7]]
_ADDRESS = pa.struct([("street", pa.string()), ("number", pa.int32())])


@topic
def lists() -> pa.Table:
    """Lists of numbers and of text, in their three layouts."""
    return pa.table(
        {
            "ints": pa.array(_INT_LISTS, pa.list_(pa.int64())),
            "large": pa.array(_INT_LISTS, pa.large_list(pa.int32())),
            "fixed_2": pa.array([[1.5, 2.5], [0.0, None], None, [-1.0, 1.0], [9.0, 9.5]], pa.list_(pa.float64(), 2)),
            "texts": pa.array([["a", "bc"], [], None, ["ß", None], [""]], pa.list_(pa.string())),
            "of_lists": pa.array([[[1], [2, 3]], [], None, [None, []], [[4]]], pa.list_(pa.list_(pa.int16()))),
        }
    )


@topic
def structs() -> pa.Table:
    """Structs, nested structs and lists of structs, with nulls at each level."""
    person = pa.struct([("name", pa.string()), ("address", _ADDRESS)])
    home = {"street": "Main", "number": 1}
    people = [{"name": "Ada", "address": home}, None, {"name": None, "address": None}, {"name": "Bo", "address": {"street": None, "number": 2}}]
    return pa.table(
        {
            "flat": pa.array([home, None, {"street": "", "number": None}, {"street": "ß", "number": -7}], _ADDRESS),
            "nested": pa.array(people, person),
            "in_list": pa.array([[home, None], [], None, [home]], pa.list_(_ADDRESS)),
        }
    )


@topic
def maps() -> pa.Table:
    """Maps, with an empty one, a null one and a null value."""
    return pa.table(
        {
            "to_int": pa.array([[("a", 1), ("b", None)], [], None, [("ß", 3)]], pa.map_(pa.string(), pa.int64())),
            "from_int": pa.array([[(1, "x")], [(2, "y"), (3, "")], None, []], pa.map_(pa.int32(), pa.string())),
            "to_struct": pa.array([[("k", {"street": "M", "number": 1})], [], None, [("l", None)]], pa.map_(pa.string(), _ADDRESS)),
        }
    )


@topic
def nested_object() -> pd.DataFrame:
    """Lists, dicts and arrays as pandas users have them: in columns of Python objects."""
    return pd.DataFrame(
        {
            "lists": pd.Series([[1, 2], [], None, [3]], dtype=object),
            "texts": pd.Series([["a"], None, ["ß", None], []], dtype=object),
            "arrays": pd.Series([np.array([0.5, 1.5]), None, np.array([]), np.array([-1.0])], dtype=object),
            "dicts": pd.Series([{"x": 1, "y": "a"}, None, {"x": None, "y": None}, {"x": 4, "y": "d"}], dtype=object),
        }
    )


@topic
def nulls() -> pd.DataFrame:
    """A column of nothing, in Arrow's null type, beside one of something."""
    return pd.DataFrame({"nothing": pd.Series([None, None, None], dtype=object), "number": [1, 2, 3], "nan": [np.nan, np.nan, np.nan]})


# ---------------------------------------------------------------- names and indexes


@topic
def odd_names() -> pd.DataFrame:
    """Column names that quoting rules get wrong; two of them differ in case only, and one is empty."""
    names = ["plain", "with space", "with.dot", "with`tick", 'with"quote', "", "größe", "列", "🦆", "Case", "case", "a'b", "_metadata", "line\nbreak", "1st"]
    return pd.DataFrame({name: [index, index + 100] for index, name in enumerate(names)})


@topic
def int_names() -> pd.DataFrame:
    """Column labels that are numbers: Arrow stores them as text."""
    return pd.DataFrame({0: [1, 2], 1: [3, 4], 2026: [5, 6]})


@topic
def index_range() -> pd.DataFrame:
    """A range as index, not starting at 0: it lives in the metadata alone."""
    return pd.DataFrame({"value": [1.5, 2.5, 3.5]}, index=pd.RangeIndex(10, 16, 2, name="step"))


@topic
def index_named() -> pd.DataFrame:
    """An index with a name becomes a column of that name."""
    return pd.DataFrame({"value": [1, 2, 3]}, index=pd.Index(["x", "y", "z"], name="key"))


@topic
def index_unnamed() -> pd.DataFrame:
    """An index without a name becomes `__index_level_0__`."""
    return pd.DataFrame({"value": [1, 2, 3]}, index=[30, 10, 20])


@topic
def index_multi() -> pd.DataFrame:
    """Two levels, the second without a name."""
    return pd.DataFrame({"value": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["outer", None]))


@topic
def index_datetime() -> pd.DataFrame:
    """A time series."""
    return pd.DataFrame({"value": [1.0, np.nan, 3.0]}, index=pd.date_range("2026-01-01", periods=3, freq="D", tz="UTC", unit="us", name="at"))


@topic
def columns_multi() -> pd.DataFrame:
    """Column labels of two levels: Arrow stores each as the text of a tuple."""
    return pd.DataFrame([[1, 2], [3, 4]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("b", "y")]))


# ---------------------------------------------------------------- shapes


@topic
def zero_rows() -> pd.DataFrame:
    """Columns without rows: the file has no record batch."""
    return pd.DataFrame({"number": pd.Series([], dtype="int64"), "text": pd.Series([], dtype="str"), "kind": pd.Categorical([], ["a"])})


@topic
def zero_columns() -> pd.DataFrame:
    """Neither rows nor columns."""
    return pd.DataFrame()


@topic
def zero_columns_with_rows() -> pd.DataFrame:
    """Rows that only a range index counts: no column is stored."""
    return pd.DataFrame(index=pd.RangeIndex(5))


@topic
def zero_columns_with_index() -> pd.DataFrame:
    """Nothing but an index."""
    return pd.DataFrame(index=pd.Index(["a", "b"], name="key"))


@topic
def one_row() -> pd.DataFrame:
    """The smallest table that says something."""
    return pd.DataFrame({"answer": [42]})


@topic
def dict_of_arrays() -> dict[str, Any]:
    """The library's third kind of table: a dict of equally long columns, without pandas metadata."""
    return {"ints": np.arange(4), "texts": ["a", None, "c", "d"], "floats": np.array([0.5, np.nan, 1.5, 2.5])}


@topic
def small_batches() -> pa.Table:
    """Chunks of an Arrow table stay record batches, however small, and may start anywhere in a byte of bits."""
    ids = pa.chunked_array([range(0, 3), range(3, 4), range(4, 15)], pa.int64())
    flags = pa.chunked_array([pa.array([index % 3 != 0 for index in range(15)])])
    return pa.table({"id": ids, "flag": flags, "text": pa.chunked_array([_words(15, 15)], pa.string())})


@topic
def not_nullable() -> pa.Table:
    """Fields that the schema declares not null."""
    fields = [pa.field("id", pa.int64(), nullable=False), pa.field("name", pa.string(), nullable=False), pa.field("maybe", pa.int32())]
    return pa.table([[1, 2], ["a", "b"], [None, 3]], schema=pa.schema(fields))


@topic
def wide_row() -> pd.DataFrame:
    """A row wider than a record batch is meant to be, between two that are not."""
    return pd.DataFrame({"id": [1, 2, 3], "text": ["before", "wide " * 1_900_000, "after"]})


@topic
def many_batches() -> pd.DataFrame:
    """About 30 MB of repetitive rows: several record batches, with text, categories and nulls across the seams."""
    rows = 100_000  # few and long, because the offsets of texts hardly compress
    rng = np.random.default_rng(7)
    words = np.array([f"{word} " * 25 for word in _words(64, 64)], dtype=object)
    gaps = _cycle(rng.random(64), rows)
    gaps[_cycle(np.arange(64), rows) % 16 == 5] = np.nan
    return pd.DataFrame(
        {
            "block": np.repeat(rng.integers(0, 2**62, rows // 5_000), 5_000),
            "period": _cycle(rng.integers(-(2**31), 2**31, 64, dtype="int32"), rows),
            "value": gaps,
            "flag": _cycle(np.array([True, False, True, True]), rows),
            "text": _cycle(words, rows),
            "tier": pd.Categorical.from_codes(_cycle(np.arange(-1, 15), rows), [f"tier {index}" for index in range(15)]),
            "at": np.repeat(np.datetime64("2026-01-01", "us") + np.arange(rows // 5_000).astype("timedelta64[h]"), 5_000),
        }
    )


@topic
def lz4_blocks() -> pd.DataFrame:
    """Buffers far longer than one block of an LZ4 frame, so that its blocks refer to each other."""
    rng = np.random.default_rng(8)
    rows = 20_000
    words = np.array([f"{word}," * 10 for word in _words(50, 50)], dtype=object)
    return pd.DataFrame({"period": _cycle(rng.integers(0, 2**62, 500), rows), "text": _cycle(words, rows)})


@topic
def rich() -> pd.DataFrame:
    """A bit of everything that engines read, for comparing the codecs."""
    rng = np.random.default_rng(9)
    rows = 120
    texts = rng.choice(np.array([*_words(20, 20), None], dtype=object), rows)
    floats64 = rng.normal(size=rows)
    floats64[::10] = np.nan
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "i16": rng.integers(-(2**15), 2**15, rows, dtype="int16"),
            "f64": floats64,
            "f32": rng.normal(size=rows).astype("float32"),
            "flag": rng.random(rows) < 0.5,
            "text": texts,
            "tier": pd.Categorical.from_codes(rng.integers(-1, 3, rows), ["c", "a", "b"]),
            "at": np.datetime64("2026-01-01", "ns") + rng.integers(0, 10**15, rows).astype("timedelta64[ns]"),
            "day": [dt.date(2026, 1, 1) + dt.timedelta(days=int(days)) for days in rng.integers(0, 365, rows)],
            "price": [Decimal(int(cents)).scaleb(-2) for cents in rng.integers(-(10**6), 10**6, rows)],
            "nullable": pd.array([None if index % 5 == 0 else index for index in range(rows)], "Int32"),
            "tags": [["t"] * (index % 4) for index in range(rows)],
        }
    )


@topic
def mixed_polars() -> pl.DataFrame:
    """A polars frame of the types that polars is used for."""
    return pl.DataFrame(
        {
            "id": pl.Series([1, 2, 3], dtype=pl.UInt32),
            "kind": pl.Series(["a", "b", None], dtype=pl.Categorical),
            "level": pl.Series(["low", "high", None], dtype=pl.Enum(["low", "high"])),
            "at": pl.Series([dt.datetime(2026, 1, 1), None, dt.datetime(1969, 12, 31, 23, 59, 59, 999_999)], dtype=pl.Datetime("us", "UTC")),
            "day": pl.Series([dt.date(2026, 1, 1), None, dt.date(1969, 12, 31)]),
            "tags": pl.Series([["x", "y"], [], None]),
            "point": pl.Series([{"x": 1.5, "y": "a"}, {"x": None, "y": None}, {"x": 2.5, "y": "c"}]),
            "span": pl.Series([dt.timedelta(seconds=1), None, dt.timedelta(days=-1)]),
        }
    )

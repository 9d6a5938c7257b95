"""The bundled entries, and their manifest's spelling of values (see ../../entries/README.md)."""

import datetime
import decimal
import functools
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

ENTRIES = Path(__file__).resolve().parents[2] / "entries"
DEMO = ENTRIES / "cache-demo"

_MICROS = {"s": 1_000_000, "ms": 1_000, "us": 1}
_EPOCH = datetime.datetime(1970, 1, 1)


@dataclass(frozen=True)
class Column:
    name: str
    arrow_type: str
    #: Every value as the manifest spells it; None in a table too long to be listed.
    values: list[Any] | None
    summary: dict[str, Any]


@dataclass(frozen=True)
class Entry:
    name: str
    file: Path
    rows: int
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def load(self, spark: SparkSession, **options: str) -> DataFrame:
        return spark.read.format("envelope").options(**options).load(str(self.file))


@functools.cache
def entry(name: str) -> Entry:
    """The entry of a name in the manifest."""
    manifest = json.loads((ENTRIES / "manifest.json").read_text("utf-8"))
    found = next(each for each in manifest["entries"] if each["name"] == name)
    columns = tuple(
        Column(each["name"], each["arrow_type"], each.get("values"), each.get("summary", {}))
        for each in found["columns"]
    )
    return Entry(name, ENTRIES / found["dir"] / found["file"], found["rows"], columns)


def expected(column: Column) -> list[Any]:
    """A listed column's values as Python should see them, by `comparable`."""
    assert column.values is not None, f"the manifest does not list the values of {column.name}"
    arrow_type = column.arrow_type
    if arrow_type.startswith("dictionary<values="):
        arrow_type = arrow_type.removeprefix("dictionary<values=").split(", indices=")[0]
    return [None if value is None else _value(value, arrow_type) for value in column.values]


def _value(spelt: Any, arrow_type: str) -> Any:
    if re.fullmatch(r"u?int\d+", arrow_type):
        return int(spelt)
    if arrow_type in ("halffloat", "float", "double"):
        return comparable(float(spelt))
    if arrow_type.startswith("timestamp["):
        return _micros(int(spelt), arrow_type.removeprefix("timestamp[").rstrip("]").split(",")[0])
    if match := re.fullmatch(r"decimal\d+\((\d+), \d+\)", arrow_type):
        # Spark's decimals end at 38 digits; wider ones are text.
        return decimal.Decimal(spelt) if int(match[1]) <= 38 else spelt
    if arrow_type.startswith("date"):
        return datetime.date.fromisoformat(spelt)
    if arrow_type in ("bool", "string", "large_string", "string_view"):
        return spelt
    if match := re.fullmatch(r"list<item: ([^<>]+)>", arrow_type):
        return [None if each is None else _value(each, match[1]) for each in spelt]
    raise AssertionError(f"no expectation is written down for {arrow_type}")


def _micros(stored: int, unit: str) -> datetime.datetime:
    """Spark's timestamps end at microseconds; below, they are rounded down."""
    micros = stored // 1_000 if unit == "ns" else stored * _MICROS[unit]
    return _EPOCH + datetime.timedelta(microseconds=micros)


def comparable(value: Any) -> Any:
    """A value with an == that tells NaN from null, and -0.0 from 0.0."""
    if isinstance(value, float) and (math.isnan(value) or value == 0.0):
        return f"float {math.copysign(1, value) if value == 0.0 else 1} {value}"
    return value

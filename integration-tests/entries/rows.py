"""What rows a value becomes: the connector's rules once more, apart from the connector.

Derived from the value as Python reads it, never from the bytes, so that this and the Java code check each other. The rules
are those of docs/kinds.md. Columns keep the order in which a document first names them.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
import uuid
from typing import Any

Json = Any


class NoRows(Exception):
    """The value has no rows by the rules; the message says what the connector answers instead."""


def rows_of(value: Any, arrow_index: str | None = None) -> dict[str, Json]:
    """`{"columns": [names], "rows": [[cell, …], …]}` in the spelling of README.md.

    `arrow_index` says where the index of a frame went that is an Arrow file: pandas leaves out (`none`) one that only
    counts, and old releases had it write it last (`last`).
    """
    columns, rows = _table(value)
    if arrow_index:
        columns, rows = columns[1:], [row[1:] + row[:1] for row in rows]
        if arrow_index == "last":
            columns.append("__index_level_0__")
        else:
            rows = [row[:-1] for row in rows]
    cells = [_column([row[i] for row in rows]) for i in range(len(columns))]
    return {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)] if cells else [[] for _ in rows]}


_ABSENT = object()


def _table(value: Any) -> tuple[list[str], list[list[Any]]]:
    """Names, and rows of values, before the values of a column are brought to one type."""
    if type(value).__module__.split(".")[0] in ("numpy", "pandas"):
        return _data(value)
    if isinstance(value, list | tuple | set | frozenset):
        items = list(value)
        if not items:
            return [], []  # a list of what, nothing tells
        if all(isinstance(item, dict) for item in items):
            names = _names(items)
            return names, [[item.get(name, _ABSENT) for name in names] for item in items]
        return ["value"], [[item] for item in items]
    if isinstance(value, dict):
        lists = [item for item in value.values() if isinstance(item, list | tuple)]
        if value and len(lists) == len(value) and len({len(item) for item in lists}) == 1:
            return list(value), [list(row) for row in zip(*value.values(), strict=True)]
        return list(value), [list(value.values())]
    return ["value"], [[value]]


# ---------------------------------------------------------------- arrays, series, frames


class Cell:
    """A cell that is spelt already: what NumPy knows and Python's own types do not."""

    def __init__(self, spelt: Json) -> None:
        self.spelt = spelt


def _data(value: Any) -> tuple[list[str], list[list[Any]]]:
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.Series):
        index, cells = _index(value.index), _pandas_cells(value)
        name = "value" if value.name is None else str(value.name)
        return ["index", name], [list(row) for row in zip(index, cells, strict=True)]
    if isinstance(value, pd.DataFrame):
        names = ["index"] + [str(name) for name in value.columns]
        columns = [_index(value.index)] + [_pandas_cells(value.iloc[:, i]) for i in range(value.shape[1])]
        return names, [list(row) for row in zip(*columns, strict=True)]
    if value.dtype.kind in "OVcg" or (value.dtype.kind == "f" and value.dtype.itemsize > 8):
        raise NoRows(f"dtype {value.dtype} has no rows")
    return ["value"], [[_array_cell(item)] for item in (value if value.ndim else value.reshape(1))]


def _index(index: Any) -> list[Any]:
    return [label.item() if hasattr(label, "item") else label for label in index]


def _array_cell(item: Any) -> Any:
    import numpy as np

    if isinstance(item, np.ndarray):
        return Cell([_spelt(_array_cell(each)) for each in item])
    if isinstance(item, np.datetime64 | np.timedelta64):
        unit, _ = np.datetime_data(item.dtype)
        if np.isnat(item):
            return None
        ticks = int(item.astype("i8"))
        if unit == "D" and isinstance(item, np.datetime64):
            return dt.date(1970, 1, 1) + dt.timedelta(ticks)
        nanos = ticks * {"D": 86_400 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[unit]
        return Cell({"datetime" if isinstance(item, np.datetime64) else "duration": str(nanos)})
    return item.item()


def _spelt(value: Any) -> Json:
    return value.spelt if isinstance(value, Cell) else _column([value])[0]


def _pandas_cells(series: Any) -> list[Any]:
    """What the library stores of a column: the buffer of a plain numeric one, else a list with nulls."""
    import pandas as pd

    if not pd.api.types.is_extension_array_dtype(series.dtype) and series.dtype.kind in "iuf":
        return [item.item() for item in series.to_numpy()]
    cells = series.astype(object).where(series.notna(), None).tolist()
    return [cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in cells]


def _names(items: list[dict[str, Any]]) -> list[str]:
    names: dict[str, None] = {}
    for item in items:
        names.update(dict.fromkeys(item))
    return list(names)


# ---------------------------------------------------------------- one type for a column


def _shape(value: Any) -> str | None:
    """What a value is to the rules; None for what is missing."""
    if value is None or value is _ABSENT:
        return None
    for kinds, name in (
        (bool, "bool"),
        (int, "number"),
        (float, "number"),
        (str, "text"),
        (bytes, "bytes"),
        (dt.datetime, "datetime"),
        (dt.date, "date"),
        (dt.time, "time"),
        (uuid.UUID, "text"),
        (dict, "map"),
        (Cell, "cell"),
        ((list, tuple, set, frozenset), "list"),
    ):
        if isinstance(value, kinds):
            if name == "datetime":
                return "instant" if value.tzinfo else "datetime"
            return name
    return "list"  # an array


def _column(values: list[Any]) -> list[Json]:
    """The cells of one place, in one type."""
    shapes = {_shape(value) for value in values} - {None}
    if len(shapes) > 1:
        return [None if _shape(value) is None else canonical_json(value) for value in values]
    shape = next(iter(shapes), None)
    if shape is None:
        return [None] * len(values)
    if shape == "number":
        return _numbers(values)
    if shape == "list":
        return _lists(values)
    if shape == "map":
        return _maps(values)
    if shape == "cell":
        return [None if value is None else value.spelt for value in values]
    return [None if _shape(value) is None else _scalar(value) for value in values]


def _numbers(values: list[Any]) -> list[Json]:
    present = [value for value in values if _shape(value) is not None]
    if any(isinstance(value, float) for value in present):
        return [None if _shape(value) is None else _float(float(value)) for value in values]
    return [None if _shape(value) is None else {"int": str(value)} for value in values]


def _float(value: float) -> Json:
    return {"float": "NaN" if math.isnan(value) else repr(value)}


def _scalar(value: Any) -> Json:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dt.datetime):
        if value.tzinfo:
            return {"instant": _nanos(value - dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc))}  # noqa: UP017
        return {"datetime": _nanos(value - dt.datetime(1970, 1, 1))}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, dt.time):
        return {"time": _nanos(dt.datetime.combine(dt.date.min, value) - dt.datetime.min)}
    return str(value) if isinstance(value, uuid.UUID) else value


def _nanos(span: dt.timedelta) -> str:
    return str(((span.days * 86_400 + span.seconds) * 10**6 + span.microseconds) * 1000)


def _lists(values: list[Any]) -> list[Json]:
    """All elements of all lists of a place are one place."""
    items = [None if _shape(value) is None else _items(value) for value in values]
    cells = iter(_column([item for each in items if each is not None for item in each]))
    return [None if each is None else [next(cells) for _ in each] for each in items]


def _items(value: Any) -> list[Any]:
    return value.tolist() if hasattr(value, "tolist") else list(value)


def _maps(values: list[Any]) -> list[Json]:
    """A struct where all maps have the same keys, else a map whose values are one place."""
    present = [value for value in values if _shape(value) is not None]
    names = _names(present)
    if all(list(value) == names or set(value) == set(names) for value in present) and names:
        columns = {name: iter(_column([value[name] for value in present])) for name in names}
        return [None if _shape(value) is None else {"struct": [[name, next(columns[name])] for name in names]} for value in values]
    cells = iter(_column([item for value in present for item in value.values()]))
    return [None if _shape(value) is None else {"map": [[name, next(cells)] for name in value]} for value in values]


# ---------------------------------------------------------------- mixed types


def canonical_json(value: Any) -> str:
    """The text that stands for a value among others of other types: JSON without spaces, keys in their order."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=True)


def _plain(value: Any) -> Json:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.tolist() if hasattr(value, "tolist") else value

"""How `kinds.json` spells what Python reads: JSON with a tag for whatever JSON does not know. README.md has the table."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from typing import Any

Json = Any


def spell_float(value: float) -> Json:
    """The shortest decimal that is the same float64."""
    return {"float": "NaN" if math.isnan(value) else repr(float(value))}


def spell(value: Any) -> Json:
    """The spelling of any value that the library reads back."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return {"int": str(value)}
    if kind is float:
        return spell_float(value)
    if kind in (bytes, bytearray):
        return {"hex": bytes(value).hex()}
    if kind is list:
        return [spell(item) for item in value]
    if kind is tuple:
        return {"tuple": [spell(item) for item in value]}
    if kind in (set, frozenset):
        return {"frozenset" if kind is frozenset else "set": [spell(item) for item in value]}
    if kind is dict:
        return {"map": [[spell(key), spell(item)] for key, item in value.items()]}
    if kind is dt.datetime:
        return {"datetime": value.isoformat(timespec="microseconds")}
    if kind is dt.date:
        return {"date": value.isoformat()}
    if kind is dt.time:
        return {"time": value.isoformat(timespec="microseconds")}
    if kind is uuid.UUID:
        return {"uuid": str(value)}
    return _spell_data(value)


def _spell_data(value: Any) -> Json:
    import numpy as np

    if isinstance(value, np.ndarray):
        return {"ndarray": {"dtype": value.dtype.str, "shape": list(value.shape), "values": [_spell_item(item) for item in value.ravel()]}}
    import pandas as pd

    if isinstance(value, pd.Series):
        return {"series": {"name": spell(value.name), "index": _spell_index(value.index), **_spell_values(value)}}
    if isinstance(value, pd.DataFrame):
        columns = [[spell(_scalar(value.columns[i])), _spell_values(value.iloc[:, i])] for i in range(value.shape[1])]
        return {"dataframe": {"rows": len(value), "index": _spell_index(value.index), "columns": columns}}
    if isinstance(value, np.generic):
        return _spell_item(value)
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        return {"datetime": value.to_pydatetime(warn=False).isoformat(timespec="microseconds")}
    raise TypeError(f"no spelling for {type(value)}")


def _scalar(value: Any) -> Any:
    """A NumPy scalar of a label as Python's own."""
    return value.item() if hasattr(value, "item") else value


def _spell_index(index: Any) -> Json:
    import pandas as pd

    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1:
        return None
    return [spell(_scalar(label)) for label in index]


def _spell_values(series: Any) -> dict[str, Json]:
    return {"dtype": str(series.dtype), "values": [_spell_item(item) for item in series]}


def _spell_item(item: Any) -> Json:
    """One element of an array: dates as the stored integer of their unit, everything else as Python has it."""
    import numpy as np

    if isinstance(item, np.datetime64 | np.timedelta64):
        return None if np.isnat(item) else {"ticks": str(item.astype("i8").item())}
    if isinstance(item, np.void):
        return [_spell_item(part) for part in item.item()]
    if isinstance(item, np.complexfloating | complex):
        return {"complex": [spell_float(item.real), spell_float(item.imag)]}
    if isinstance(item, np.longdouble | np.floating):
        return spell_float(float(item))
    if isinstance(item, np.generic):
        return spell(item.item())
    return spell(item)

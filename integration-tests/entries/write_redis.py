"""Writes entries into a real Redis as a user's program does, and says on a file what should be read there.

Each entry is written twice: through the decorator's default provider, which puts the tenant before the key, and through
an explicit `RedisBackend`, which does not. Run by `write-entries --redis`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import redis
from cachekit import cache
from cachekit.backends.redis import RedisBackend

import kinds
import rows
import write_kinds
from write_kinds import Cell

Json = Any


def cells() -> list[Cell]:
    """One entry for each kind, plain and encrypted."""
    values = kinds.every()
    series = kinds.pandas_values()["series_ints"]
    frame = kinds.pandas_values()["df_widths"]
    chosen = [
        Cell("rows", values["rows"], "document", "default"),
        Cell("rows", values["rows"], "document", "default", integrity=False),
        Cell("rows_auto", values["rows_auto"], "document", "auto"),
        Cell("map", values["map"], "document", "orjson"),
        Cell("np_2d", kinds.arrays()["np_2d"], "numpy", "auto"),
        Cell("series", series, "series", "auto"),
        Cell("frame", frame, "table", "arrow"),
    ]
    for serializer in ("default", "orjson", "arrow"):
        value = frame if serializer == "arrow" else values["rows"]
        kind = "table" if serializer == "arrow" else "document"
        chosen.append(Cell("secret", value, kind, serializer, encrypted=True))
    return chosen


def write(cell: Cell, label: str, provider: str, client: redis.Redis) -> Json:
    """Make the entry of one cell, and find the key that the server has it under."""
    runs: list[str] = []

    def entry(which: str) -> Any:
        runs.append(which)
        return cell.value

    entry.__module__, entry.__qualname__ = "write_redis", "entry"
    backend = {} if provider == "default" else {"backend": RedisBackend(os.environ["REDIS_URL"])}
    cached = cache(ttl=600, l1_enabled=False, namespace=provider, **backend, **cell.options())(entry)
    name = f"{label}-{provider}-{cell.name}"
    before = set(client.keys())
    cached(name)
    # Beside an entry there may be its lock and the list of its namespace's keys.
    (stored,) = {key for key in set(client.keys()) - before if client.type(key) == b"string" and not key.endswith(b":lock")}
    got = cached(name)
    if len(runs) != 1:
        raise AssertionError(f"{name}: the second call did not hit the cache")
    is_data = type(cell.value).__module__.split(".")[0] in ("numpy", "pandas")
    header = write_kinds.header_of(client.get(stored), False)
    index = ("last" if label == "oldest" else "none") if header["format"] == "arrow" else None
    return {
        "name": name,
        "kind": cell.kind,
        "asked": cell.serializer,
        "by": cell.by,
        "integrity": cell.integrity,
        "encrypted": cell.encrypted,
        "codec": None,
        "key": stored.decode(),
        "header": header,
        "tenant": write_kinds.TENANT,
        "master_key": cell.master_key,
        **rows.rows_of(cell.value if is_data else got, index),
    }


def main() -> int:
    url, label, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    os.environ["REDIS_URL"] = os.environ["CACHEKIT_REDIS_URL"] = url
    os.environ["CACHEKIT_MASTER_KEY"] = write_kinds.MASTER_KEY
    client = redis.Redis.from_url(url)
    accounts = [write(cell, label, provider, client) for provider in ("default", "explicit") for cell in cells()]
    out.write_text(json.dumps({"cells": accounts}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes entries that are no tables, and encrypted ones, with whatever `cachekit` the environment has.

Run by `write-entries` once for each environment: the newest library, the oldest, one between, and the newest without pyarrow. Every
entry is one call of a decorated function; the second call must be a hit, and what it gives back is what the manifest
says. What the library refuses to write, or to read again, is listed with its words.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib.metadata
import json
import logging
import os
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cachekit import cache
from cachekit.config.nested import EncryptionConfig
from cachekit.serializers import AutoSerializer, StandardSerializer

import kinds
import rows
import spelling

try:
    from cachekit.serializers import ArrowSerializer, OrjsonSerializer
except ImportError:  # entries that are written without pyarrow
    ArrowSerializer = OrjsonSerializer = None

#: 32 times the letter a.
MASTER_KEY = "61" * 32
#: The second key of tests of rotation.
OTHER_KEY = "62" * 32
TENANT = "550e8400-e29b-41d4-a716-446655440000"
OTHER_TENANT = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
FILE_HEADER = struct.Struct(">2sBBHQ")

Json = Any


class MemoryBackend:
    """What the library calls a backend, in memory: it remembers the last write.

    The oldest library has no file backend; what it stores is the same for every backend without a prefix.
    """

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.last_key: str | None = None

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def set(self, key: str, value: bytes, ttl: int | None = None) -> None:
        self.values[key] = bytes(value)
        self.last_key = key

    def delete(self, key: str) -> bool:
        return self.values.pop(key, None) is not None

    def exists(self, key: str) -> bool:
        return key in self.values

    def health_check(self) -> tuple[bool, dict[str, Any]]:
        return True, {"backend_type": "memory", "latency_ms": 0.0}


class Tenants:
    """Every call belongs to one tenant of several."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def extract(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        return self._tenant


@dataclass(frozen=True)
class Cell:
    """One entry to be written: what, and by which settings."""

    topic: str
    value: Any
    kind: str
    serializer: str
    by: str = "name"
    integrity: bool = True
    encrypted: bool = False
    #: Of `arrow` as an instance: "none", "zstd", "lz4", or "only" where the library has no choice.
    codec: str | None = None
    tenant: str | None = None
    master_key: str = MASTER_KEY
    interop: bool = False

    @property
    def name(self) -> str:
        """Unlike any other cell's of one environment."""
        parts = [self.topic, self.serializer, self.by if self.by != "name" else "", self.codec or ""]
        parts += ["" if self.integrity else "bare", "secret" if self.encrypted else ""]
        parts += ["tenants" if self.tenant else "", "other" if self.master_key != MASTER_KEY else ""]
        return "-".join(part for part in parts if part)

    def options(self) -> dict[str, Any]:
        """What the decorator is told."""
        told: dict[str, Any] = {"integrity_checking": self.integrity}
        if not self.encrypted:
            told["encryption"] = EncryptionConfig(enabled=False)
        if self.interop:
            told |= {"interop": "entry"}
        else:
            told["serializer"] = self.serializer if self.by == "name" else self._instance()
        if self.encrypted:
            mode = {"tenant_extractor": Tenants(self.tenant)} if self.tenant else {"single_tenant_mode": True, "deployment_uuid": TENANT}
            told["encryption"] = EncryptionConfig(enabled=True, master_key=self.master_key, **mode)
        return told

    def _instance(self) -> Any:
        if self.serializer == "arrow":
            codec = {} if self.codec == "only" else {"compression": None if self.codec == "none" else self.codec}
            return ArrowSerializer(enable_integrity_checking=self.integrity, **codec)
        made = {"default": StandardSerializer, "auto": AutoSerializer, "orjson": OrjsonSerializer}[self.serializer]
        return made(enable_integrity_checking=self.integrity)


def matrix(codecs: tuple[str, ...]) -> Iterator[Cell]:
    """Every kind by every setting: name and instance, integrity on and off, encrypted and not."""
    import numpy as np
    import pandas as pd

    document = kinds.VALUES["rows"]
    frame = pd.DataFrame({"n": [1, 2, 3], "f": [0.5, 1.5, -2.5], "s": ["a", "b", "ß"]})
    series = pd.Series([1.5, 2.5], name="v")
    array = np.arange(6, dtype="f8").reshape(2, 3)
    by_serializer = {
        "default": [("document", document)],
        "auto": [("document", document), ("numpy", array), ("series", series), ("dataframe", frame)],
        "orjson": [("document", document)],
        "arrow": [("table", frame)] if codecs else [],
    }
    for serializer, values in by_serializer.items():
        for kind, value in values:
            for encrypted in (False, True):
                for integrity in (True, False):
                    for by in ("name", "instance"):
                        for codec in codecs if (serializer, by) == ("arrow", "instance") else (None,):
                            yield Cell(f"matrix_{kind}", value, kind, serializer, by, integrity, encrypted, codec)


def secrets() -> Iterator[Cell]:
    """More that is encrypted: other tenants, another key, empty and large documents."""
    for topic in ("null", "map", "text_long", "rows_missing", "list_empty"):
        yield Cell(topic, kinds.VALUES[topic], "document", "default", encrypted=True)
    yield Cell("map", kinds.VALUES["map"], "document", "orjson", encrypted=True, tenant=OTHER_TENANT)
    yield Cell("map", kinds.VALUES["map"], "document", "default", encrypted=True, tenant=OTHER_TENANT)
    yield Cell("map", kinds.VALUES["map"], "document", "default", encrypted=True, master_key=OTHER_KEY)


def topics() -> Iterator[Cell]:
    """Every value once or twice, by the serializers that take it."""
    for name, value in {**kinds.VALUES, **kinds.MSGPACK, **kinds.MARKED}.items():
        yield Cell(name, value, "document", "default", integrity=name in kinds.VALUES)
        yield Cell(name, value, "document", "auto", integrity=name not in kinds.VALUES)
    for name, value in {**kinds.AUTO, **kinds.marked_arrays()}.items():
        yield Cell(name, value, "document", "auto")
        yield Cell(name, value, "document", "auto", integrity=False)
    for name, value in {**kinds.VALUES, **kinds.JSON}.items():
        yield Cell(name, value, "document", "orjson", integrity=name not in ("rows", "int", "null", "list_mixed"))
    for name, value in kinds.arrays().items():
        yield Cell(name, value, "numpy", "auto", integrity="_be_" not in name)


def interop_cells() -> Iterator[Cell]:
    """Documents for other languages; the writer takes no serializer."""
    values = kinds.every()
    for name in kinds.INTEROP:
        yield Cell(name, values[name], "interop", "interop", interop=True)
    for name in ("map", "rows"):
        yield Cell(name, values[name], "interop", "interop", interop=True, encrypted=True)


def cells(label: str) -> Iterator[Cell]:
    """What an environment writes."""
    if label == "newest":
        yield from matrix(("none", "zstd", "lz4"))
        yield from topics()
        for name, value in kinds.pandas_values().items():
            if name.startswith("series"):
                yield Cell(name, value, "series", "auto", integrity=not name.endswith("s"))
        yield from secrets()
        yield from interop_cells()
    elif label == "oldest":
        yield from matrix(("only",))
        for name in ("map", "rows_missing", "text_long", "list_empty", "rows_many"):
            yield Cell(name, kinds.VALUES[name], "document", "default")
        for name, value in {**kinds.MARKED, **kinds.AUTO}.items():
            yield Cell(name, value, "document", "auto")
        for name in ("np_int32", "np_be_int32", "np_2d_bool", "np_datetime_us", "np_text"):
            yield Cell(name, kinds.arrays()[name], "numpy", "auto")
    elif label == "middle":
        # Frames of today around the ByteStorage of yesterday; `auto` denied it in the header.
        yield from (cell for cell in matrix(()) if cell.kind != "dataframe" and cell.serializer in ("default", "auto"))
        for name in ("map", "text_long", "list_mixed", "tuple_nested", "rows_auto"):
            yield Cell(name, kinds.every()[name], "document", "auto")
    elif label == "plain":
        yield from (cell for cell in matrix(()) if cell.serializer == "auto" and cell.kind in ("series", "dataframe"))
        for name, value in kinds.pandas_values().items():
            yield Cell(name, value, "series" if name.startswith("series") else "dataframe", "auto", integrity=len(name) % 2 == 0)
    else:
        raise ValueError(label)


# ---------------------------------------------------------------- writing


def header_of(value: bytes, interop: bool) -> dict[str, Json]:
    """What the stored value says about itself."""
    if interop:
        return {"envelope": "interop", "payload_at": 0}
    if value[:1] == b"{":
        envelope = json.loads(value)
        base64.b64decode(envelope["data"])
        return {"envelope": "legacy", "serializer": envelope["serializer"], **envelope["metadata"]}
    length = struct.unpack_from(">I", value, 3)[0]
    header = json.loads(value[7 : 7 + length])
    return {"envelope": "frame", "payload_at": 7 + length, "serializer": header["s"], **header["m"]}


class Writer:
    """Writes cells and keeps account of them."""

    def __init__(self, out: Path, label: str) -> None:
        self._out = out
        self._label = label
        self._version = importlib.metadata.version("cachekit")
        self.accounts: list[dict[str, Json]] = []
        self._names: set[str] = set()

    def write(self, cell: Cell) -> None:
        """Write one cell, or note why it cannot be."""
        name = f"{self._label}-{cell.name}"
        if name in self._names:
            raise AssertionError(f"two cells are named {name}")
        self._names.add(name)
        account: dict[str, Json] = {
            "name": name,
            "cachekit": self._version,
            "kind": cell.kind,
            "asked": cell.serializer,
            "by": cell.by,
            "integrity": cell.integrity,
            "encrypted": cell.encrypted,
            "codec": cell.codec,
        }
        self.accounts.append(account)
        backend = MemoryBackend()
        runs: list[Any] = []
        _LAST_WORDS.take()
        try:
            cached = self._decorate(cell, backend, runs)
            cached(name)
            if backend.last_key is None:
                account["refused"] = _LAST_WORDS.take()
                return
            got = cached(name)
        except Exception as e:  # what the library says is the answer
            account["refused"] = f"{type(e).__name__}: {_first_line(e)}"
            return
        self._keep(account, cell, backend.last_key, backend.values[backend.last_key])
        if len(runs) == 1:
            self._expect(account, cell, got)
        else:
            account["unreadable"] = _LAST_WORDS.take()

    def _decorate(self, cell: Cell, backend: MemoryBackend, runs: list[Any]) -> Callable[..., Any]:
        def entry(which: str) -> Any:
            runs.append(which)
            return cell.value

        entry.__module__ = "write_kinds"
        entry.__qualname__ = "entry"
        return cache(backend=backend, ttl=None, l1_enabled=False, namespace="kinds", **cell.options())(entry)

    def _keep(self, account: dict[str, Json], cell: Cell, key: str, value: bytes) -> None:
        directory = "cache-encrypted" if cell.encrypted else "cache-kinds"
        file = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        path = self._out / directory / file
        if path.exists():
            raise AssertionError(f"{account['name']}: another entry has its key")
        path.write_bytes(FILE_HEADER.pack(b"CK", 1, 0, 0, 0) + value)
        account |= {"dir": directory, "file": file, "key": key, "header": header_of(value, cell.interop)}
        if cell.encrypted:
            account["tenant"] = cell.tenant or TENANT
            account["master_key"] = cell.master_key

    def _expect(self, account: dict[str, Json], cell: Cell, got: Any) -> None:
        account["value"] = spelling.spell(got)
        is_data = type(cell.value).__module__.split(".")[0] in ("numpy", "pandas")
        try:
            arrow_index = "last" if self._label == "oldest" else "none"
            is_arrow = account["header"].get("format") == "arrow"
            account |= rows.rows_of(cell.value if is_data else got, arrow_index if is_arrow else None)
        except rows.NoRows as e:
            account["no_rows"] = str(e)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:300] if str(error) else ""


class _LastWords(logging.Handler):
    """The last warning of the library: it swallows what goes wrong in a store or a read."""

    words = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.words = record.getMessage()

    def take(self) -> str:
        words, self.words = self.words, ""
        return words.splitlines()[0][:300] if words else "it does not say why"


_LAST_WORDS = _LastWords(logging.WARNING)


def main() -> int:
    # The oldest library takes the key from nowhere else.
    os.environ["CACHEKIT_MASTER_KEY"] = MASTER_KEY
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("label", choices=("newest", "oldest", "middle", "plain"))
    arguments = parser.parse_args()
    logging.getLogger().handlers = [_LAST_WORDS]
    logging.getLogger("cachekit").handlers = [_LAST_WORDS]
    logging.getLogger("cachekit").propagate = False
    for name in ("cache-kinds", "cache-encrypted"):
        (arguments.out / name).mkdir(parents=True, exist_ok=True)
    writer = Writer(arguments.out, arguments.label)
    for cell in cells(arguments.label):
        writer.write(cell)
    (arguments.out / f"kinds-{arguments.label}.json").write_text(json.dumps(writer.accounts, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes real cache entries with `cachekit`, and a manifest of what is in them.

The tables go through the library's public decorator into its own file backend: one call of a decorated function is one
entry. Every entry is then read twice, by the library (the call must be a hit) and by this script from the bytes, and
both must agree with the frame that went in. Run it through `write-entries`, which brings the pinned libraries along.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import hashlib
import importlib.metadata
import json
import platform
import re
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import xxhash
from cachekit import cache
from cachekit.backends.file import FileBackend
from cachekit.backends.file.config import FileBackendConfig
from cachekit.serializers import ArrowSerializer
from cachekit.serializers.wrapper import SerializationWrapper

import canonical
import frames
import shop

HERE = Path(__file__).resolve().parent
DIRECTORIES = ("cache", "cache-other", "cache-demo")
VALUES_LISTED_UP_TO = 300
LONG_VALUE_BYTES = 1_000
EXPIRED_AT = 1_000_000_000  # September 2001
EXPIRES_LATE = 4_102_444_800  # January 2100; the library itself allows no more than ten years from now
FILE_HEADER = struct.Struct(">2sBBHQ")
FRAME_PREFIX = struct.Struct(">2sBI")
_ENTRY_NAME = re.compile(r"[0-9a-f]{32}")

Json = Any


class RecordingBackend(FileBackend):
    """The library's file backend, which also remembers the key of the last write: files do not carry it."""

    last_key: str | None = None

    def set(self, key: str, value: bytes, ttl: int | None = None) -> None:
        super().set(key, value, ttl)
        self.last_key = key

    def set_streaming(self, key: str, write_payload: Callable[[BinaryIO], None], ttl: int | None = None) -> None:
        super().set_streaming(key, write_payload, ttl)
        self.last_key = key


@dataclass(frozen=True)
class Call:
    """A call of a cached function, and how the function is decorated."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...] = ()
    directory: str = "cache"
    kind: str = "arrow"
    serializer: Any = "arrow"
    options: dict[str, Any] = field(default_factory=dict)
    expires_at: int = 0

    @property
    def codec(self) -> str | None:
        """The codec of the Arrow buffers, which is zstd unless the serializer says otherwise; None without Arrow."""
        if isinstance(self.serializer, ArrowSerializer):
            return self.serializer.compression
        return "zstd" if self.kind.startswith("arrow") else None


def table(topic: str, variant: str = "") -> frames.Frame:
    """The cached function of every topic; `variant` keeps apart what differs in the serializer's settings only."""
    return frames.TOPICS[topic]()


def table_by_key(topic: str) -> frames.Frame:
    """Like `table`, but decorated with a key function of its own."""
    return frames.TOPICS[topic]()


def record(name: str) -> Any:
    """The cached function of everything that is not a table."""
    return RECORDS[name]


RECORDS: dict[str, Any] = {
    "dict": {"user": "Ada", "score": 42, "tags": ["a", "ß"], "nested": {"pi": 3.25, "none": None, "yes": True}},
    "dict_plain": {"user": "Ada", "score": 42},
    "list": [1, 2, 3, "four"],
    "datetime": {"at": dt.datetime(2026, 1, 1, 12, 30, tzinfo=dt.UTC), "day": dt.date(2026, 1, 1)},
    "json": {"user": "Ada", "scores": [1, 2.5, None], "größe": True},
    "json_plain": {"user": "Ada"},
    "numpy_1d": np.arange(6, dtype="int64"),
    "numpy_2d": np.array([[0.5, -1.5, 2.5], [3.5, 4.5, -0.0]], dtype="float32"),
    "series": pd.Series([1, 2, 3], name="value"),
}


def _form_of(topic: str) -> str:
    return {pl.DataFrame: "polars", pa.Table: "arrow"}.get(type(frames.TOPICS[topic]()), "pandas")


def table_calls() -> Iterator[Call]:
    """One entry per topic; pandas cannot hold or would bend what comes as polars or Arrow, so those are read back as such."""
    variants = {"rich", "lz4_blocks"}
    for name in frames.TOPICS:
        if name in variants:
            continue
        form = _form_of(name)
        serializer = "arrow" if form == "pandas" else ArrowSerializer(return_format=form)
        yield Call(name, table, (name,), serializer=serializer)
    for codec in (None, "zstd", "lz4"):
        label = codec or "none"
        yield Call(f"rich_{label}", table, ("rich", label), serializer=ArrowSerializer(compression=codec))
    yield Call("rich_auto", table, ("rich", "auto"), serializer="auto")
    for name in ("strings_layouts", "categoricals", "bools", "lists", "structs", "small_batches"):
        form = _form_of(name)
        yield Call(f"{name}_none", table, (name, "none"), serializer=ArrowSerializer(compression=None, return_format=form))
    yield Call("lz4_blocks", table, ("lz4_blocks", "lz4"), serializer=ArrowSerializer(compression="lz4"))
    yield Call("key_custom", table_by_key, ("one_row",), options={"key": lambda topic: f"report-{topic}"})
    yield Call("key_non_ascii", table, ("one_row", "größe"), options={"namespace": "größe 東京"})
    yield Call("key_long", table, ("one_row", "long"), options={"namespace": "long" * 60})
    yield Call("key_without_namespace", table, ("one_row", "bare"), options={"namespace": None})


def other_calls() -> Iterator[Call]:
    """Entries that are not tables yet, or not tables that a reader may show."""

    def other(name: str, kind: str, serializer: Any, **options: Any) -> Call:
        return Call(f"other_{name}", record, (name,), "cache-other", kind, serializer, options)

    yield other("dict", "msgpack", "default")
    yield other("list", "msgpack", "auto")
    yield other("datetime", "msgpack", "default")
    yield other("dict_plain", "msgpack", "default", integrity_checking=False)
    yield other("json", "orjson", "orjson")
    yield other("json_plain", "orjson", "orjson", integrity_checking=False)
    yield other("numpy_1d", "numpy", "auto")
    yield other("numpy_2d", "numpy", "auto")
    yield other("series", "series", "auto")
    yield Call("expired", table, ("one_row", "expired"), "cache-other", "arrow-expired", expires_at=EXPIRED_AT)
    yield Call("expires_late", table, ("one_row", "late"), "cache-other", "arrow-expires-late", expires_at=EXPIRES_LATE)


def demo_calls() -> Iterator[Call]:
    """The quickstart's two tables, not compressed, so that they can be viewed without a copy."""
    for function in (shop.features, shop.users):
        serializer = ArrowSerializer(compression=None)
        yield Call(function.__name__, function, (), "cache-demo", serializer=serializer, options={"namespace": "shop"})


@dataclass(frozen=True)
class Entry:
    """A file of the cache, taken apart."""

    expires_at: int
    header: dict[str, Any]
    payload: bytes
    size: int

    @classmethod
    def read(cls, path: Path) -> Entry:
        """The entry at `path`; a legacy envelope gets the header that a frame would have."""
        raw = path.read_bytes()
        magic, version, _, _, expires_at = FILE_HEADER.unpack_from(raw)
        if (magic, version) != (b"CK", 1):
            raise ValueError(f"{path.name} is not a file of the cache")
        value = raw[FILE_HEADER.size :]
        if value[:1] == b"{":
            envelope = json.loads(value)
            header = {"s": envelope["serializer"], "m": envelope["metadata"]}
            return cls(expires_at, header, base64.b64decode(envelope["data"]), len(raw))
        magic, version, length = FRAME_PREFIX.unpack_from(value)
        if (magic, version) != (b"CK", 3):
            raise ValueError(f"{path.name} does not hold a frame of version 3")
        start = FRAME_PREFIX.size + length
        return cls(expires_at, json.loads(value[FRAME_PREFIX.size : start]), value[start:], len(raw))

    def open_arrow(self) -> pa.ipc.RecordBatchFileReader:
        """The Arrow file in the payload, its checksum verified if it has one."""
        body = self.payload
        if body[:6] != b"ARROW1":
            body = body[8:]
            if xxhash.xxh3_64_digest(body) != self.payload[:8]:
                raise ValueError("the payload's checksum does not match")
        return pa.ipc.open_file(pa.py_buffer(body))


# ---------------------------------------------------------------- the manifest


def _index_fields(schema: pa.Schema) -> set[str]:
    described = (schema.pandas_metadata or {}).get("index_columns", [])
    return {name for name in described if isinstance(name, str)}


def _shorten(value: Json) -> Json:
    """A text too long to list, as its size and checksum."""
    if not isinstance(value, str) or len(value) <= LONG_VALUE_BYTES:
        return value
    raw = value.encode()
    return {"long": {"bytes": str(len(raw)), "crc32": str(zlib.crc32(raw))}}


def describe_columns(content: pa.Table) -> list[dict[str, Json]]:
    """What the manifest says about the columns of a table: their types, and their values or what sums them up."""
    indexes = _index_fields(content.schema)
    columns = []
    for position, described in enumerate(content.schema):
        array = canonical.whole(content.column(position))
        column: dict[str, Json] = {
            "name": described.name,
            "arrow_type": str(described.type),
            "nullable": described.nullable,
            "null_count": content.column(position).null_count,
            "is_index": described.name in indexes,
        }
        if pa.types.is_dictionary(described.type) and len(array):
            column["categories"] = canonical.encode_array(array.dictionary)
        if content.num_rows <= VALUES_LISTED_UP_TO:
            column["values"] = [_shorten(value) for value in canonical.encode_array(array)]
        else:
            column["first"] = canonical.encode_array(array.slice(0, 5))
            column["last"] = canonical.encode_array(array.slice(len(array) - 5))
            column["summary"] = canonical.summarize(array)
        columns.append(column)
    return columns


def _range_index_rows(schema: pa.Schema) -> int:
    """The rows that only the pandas metadata knows of, in a table without columns."""
    for described in (schema.pandas_metadata or {}).get("index_columns", []):
        if isinstance(described, dict) and described["kind"] == "range":
            return len(range(described["start"], described["stop"], described["step"]))
    return 0


def describe(name: str, kind: str, directory: str, key: str, path: Path, codec: str | None, crafted: bool) -> dict[str, Json]:
    """The manifest's account of one entry file."""
    entry = Entry.read(path)
    metadata = entry.header["m"]
    account: dict[str, Json] = {
        "name": name,
        "kind": kind,
        "dir": directory,
        "key": key,
        "file": path.name,
        "crafted": crafted,
        "serializer": entry.header["s"],
        "format": metadata["format"],
        "original_type": metadata.get("original_type"),
        "compressed": metadata.get("compressed", False),
        "compression": codec,
        "expires_at": entry.expires_at,
        "payload_bytes": len(entry.payload),
        "entry_bytes": entry.size,
    }
    if metadata["format"] == "arrow":
        reader = entry.open_arrow()
        content = reader.read_all()
        account |= {
            "rows": content.num_rows,
            "batches": reader.num_record_batches,
            "batch_rows": [reader.get_batch(index).num_rows for index in range(reader.num_record_batches)],
        }
        if not content.num_columns:
            account["pandas_rows"] = _range_index_rows(content.schema)
        account["columns"] = describe_columns(content)
    return account


# ---------------------------------------------------------------- agreement with what went in


def _pandas_columns(frame: pd.DataFrame, count: int) -> list[pd.Series]:
    """The frame's columns, followed by as many index levels as Arrow stores as columns."""
    columns = [frame.iloc[:, position] for position in range(frame.shape[1])]
    levels = [frame.index.get_level_values(level).to_series() for level in range(frame.index.nlevels)]
    return columns + levels[: count - len(columns)]


def _missing_as(column: pd.Series) -> str | None:
    """How pandas shows the first missing value of a column, or None if it shows none."""
    for value in column:
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return {"NoneType": "None", "NAType": "NA", "NaTType": "NaT"}.get(type(value).__name__, "NaN")
    return None


def require_same_pandas(frame: pd.DataFrame, content: pa.Table, where: str) -> None:
    """Fail unless every value of a pandas frame is the one that Arrow stores, null and NaN taken as one."""
    for field_, chunked, column in zip(content.schema, content.columns, _pandas_columns(frame, content.num_columns), strict=True):
        stored = [value for chunk in chunked.chunks for value in canonical.encode_array(chunk)]
        seen = [canonical.encode_pandas(value, field_.type) for value in column]
        if canonical.nan_as_null(stored) != canonical.nan_as_null(seen):
            raise AssertionError(f"{where}: column {field_.name!r}: Arrow stores {stored[:5]}, pandas has {seen[:5]}")


def require_agreement(put: Any, got: Any, content: pa.Table, name: str) -> None:
    """Fail unless what went in, what the library gives back and what the bytes say are the same."""
    if isinstance(put, pd.DataFrame):
        require_same_pandas(put, content, f"{name}, before")
        require_same_pandas(got, content, f"{name}, after")
        return
    if isinstance(put, pl.DataFrame):
        if not put.equals(got) or put.schema != got.schema:
            raise AssertionError(f"{name}: polars reads back something else")
        put = put.to_arrow()
    elif isinstance(put, dict):
        require_same_pandas(got, content, f"{name}, after")
        put = pa.table(put)
    encoded = [canonical.encode_array(canonical.whole(column)) for column in put.columns]
    stored = [canonical.encode_array(canonical.whole(column)) for column in content.columns]
    if encoded != stored or put.column_names != content.column_names:
        raise AssertionError(f"{name}: the bytes hold something else")


# ---------------------------------------------------------------- writing


class Writer:
    """Writes entries under one directory and collects their accounts."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._backends = {name: _open_backend(out / name) for name in DIRECTORIES}
        self.accounts: list[dict[str, Json]] = []

    def call(self, call: Call) -> None:
        """Make the entry of one call, and prove that a second call reads it."""
        backend = self._backends[call.directory]
        runs: list[Any] = []

        def compute(*arguments: str) -> Any:
            runs.append(call.function(*arguments))
            return runs[-1]

        # The key is made of these two, and has to name the function that a reader of the manifest can find.
        compute.__module__ = "write_entries" if call.function.__module__ == "__main__" else call.function.__module__
        compute.__qualname__ = call.function.__qualname__
        options = {"namespace": "entries", **call.options}
        cached = cache(backend=backend, ttl=None, l1_enabled=False, serializer=call.serializer, **options)(compute)
        cached(*call.arguments)
        key = backend.last_key
        got = cached(*call.arguments)
        if len(runs) != 1 or key is None:
            raise AssertionError(f"{call.name}: the second call did not hit the cache")
        path = _entry_path(self._out / call.directory, key)
        if call.expires_at:
            _set_expiry(path, call.expires_at)
        account = describe(call.name, call.kind, call.directory, key, path, call.codec, crafted=bool(call.expires_at))
        if "columns" in account:
            require_agreement(runs[0], got, Entry.read(path).open_arrow().read_all(), call.name)
            _note_missing(account, got)
        else:
            account["value"] = _plain(RECORDS[call.arguments[0]])
        self.accounts.append(account)

    def craft(self, name: str, kind: str, value: bytes) -> None:
        """Store bytes that the current library only reads, having it read them first."""
        backend = self._backends["cache-other"]
        key = f"crafted:{name}"
        backend.set(key, value)
        path = _entry_path(self._out / "cache-other", key)
        self.accounts.append(describe(name, kind, "cache-other", key, path, "zstd", crafted=True))


def _open_backend(directory: Path) -> RecordingBackend:
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.iterdir():
        if not _ENTRY_NAME.fullmatch(path.name):
            raise SystemExit(f"write-entries: {path} is not an entry; refusing to write beside it")
        path.unlink()
    return RecordingBackend(FileBackendConfig(cache_dir=directory))


def _open_to_all(directory: Path) -> None:
    """Give files the modes of a checkout; the library keeps them to their owner, which git would not remember."""
    directory.chmod(0o755)
    for path in directory.iterdir():
        path.chmod(0o644)


def _entry_path(directory: Path, key: str) -> Path:
    return directory / hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _set_expiry(path: Path, expires_at: int) -> None:
    """Rewrite the expiry in place, as the library's own `refresh_ttl` does, with a moment that it would not write."""
    with path.open("r+b") as file:
        file.seek(6)
        file.write(struct.pack(">Q", expires_at))


def _note_missing(account: dict[str, Json], got: Any) -> None:
    if not isinstance(got, pd.DataFrame):
        return
    for column, seen in zip(account["columns"], _pandas_columns(got, len(account["columns"])), strict=True):
        missing = _missing_as(seen)
        if missing is not None:
            column["pandas_sees"] = missing


def _plain(value: Any) -> Json:
    """A value that is no table, as JSON: enough for a person who reads the manifest."""
    if isinstance(value, np.ndarray):
        return {"dtype": str(value.dtype), "shape": list(value.shape), "values": [str(item) for item in value.ravel().tolist()]}
    if isinstance(value, pd.Series):
        return {"name": value.name, "values": [str(item) for item in value.tolist()]}
    return json.loads(json.dumps(value, default=lambda item: item.isoformat()))


def craft_old_entries(writer: Writer) -> None:
    """Entries of earlier releases: envelopes of JSON, and Arrow without a checksum."""
    frame = frames.rich()
    serializer = ArrowSerializer()
    payload, metadata = serializer.serialize(frame)
    header = metadata.to_dict()
    legacy = {"data": base64.b64encode(payload).decode(), "metadata": header, "serializer": "arrow", "version": "2.0"}
    bare = {"data": base64.b64encode(payload[8:]).decode(), "metadata": header, "serializer": "arrow"}
    crafted = {
        ("legacy_arrow", "legacy-arrow"): json.dumps(legacy).encode(),
        ("legacy_arrow_bare", "legacy-arrow"): json.dumps(bare).encode(),
        ("arrow_bare", "arrow-bare"): SerializationWrapper.wrap(payload[8:], header, "arrow"),
        ("frame_of_auto", "arrow"): SerializationWrapper.wrap(payload, header, "auto"),
    }
    for (name, kind), value in crafted.items():
        unwrapped, _, _ = SerializationWrapper.unwrap(value)
        pd.testing.assert_frame_equal(serializer.deserialize(unwrapped), serializer.deserialize(payload))
        writer.craft(name, kind, value)
    names = pa.table([[1, 2], ["a", "b"]], names=["same", "same"])
    payload, metadata = serializer.serialize(names)
    writer.craft("duplicate_names", "arrow-duplicate-names", SerializationWrapper.wrap(payload, metadata.to_dict(), "arrow"))


def write_vectors(out: Path) -> None:
    """Known answers for the two hashes that a reader has to get right."""
    keys = ["", "a", "user:1", "t:default:user:1", "ns:shop:func:shop.features:args:00:1w", "größe", "日本語", "🦆", "with space", "k" * 250, "nul\x00", "e\u0301"]
    names = [{"key": key, "file": hashlib.blake2b(key.encode(), digest_size=16).hexdigest()} for key in keys]
    (out / "blake2b.json").write_text(_lines("vectors", names))
    sizes = [0, 1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 255, 256, 1000, 1024, 1025, 65536 + 7]
    hashes = [{"size": size, "xxh3_64": xxhash.xxh3_64_hexdigest(bytes(index % 251 for index in range(size)))} for size in sizes]
    (out / "xxh3.json").write_text(_lines("vectors", hashes))


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(name: str, items: list[Json], **extra: Json) -> str:
    """JSON with one line for each item, so that a change shows as a small difference."""
    head = "".join(f"{_compact(key)}: {_compact(value)},\n" for key, value in extra.items())
    return "{" + head + f"{_compact(name)}: [\n" + ",\n".join(map(_compact, items)) + "\n]}\n"


def _manifest(accounts: list[dict[str, Json]]) -> str:
    """The manifest as text: one line for each entry, and one for each of its columns."""
    blocks = []
    for account in accounts:
        columns = account.get("columns")
        head = _compact({key: value for key, value in account.items() if key != "columns"})
        if columns:
            head = head[:-1] + ', "columns": [\n  ' + ",\n  ".join(map(_compact, columns)) + "\n]}"
        elif columns is not None:
            head = head[:-1] + ', "columns": []}'
        blocks.append(head)
    versions = {name: importlib.metadata.version(name) for name in ("cachekit", "pandas", "pyarrow", "polars", "numpy", "orjson", "msgpack", "xxhash")}
    return f'{{"versions": {_compact(versions)},\n"entries": [\n' + ",\n".join(blocks) + "\n]}\n"


def write(out: Path) -> None:
    """Write the three caches, the manifest and the vectors under `out`."""
    writer = Writer(out)
    for calls in (table_calls(), other_calls(), demo_calls()):
        for call in calls:
            writer.call(call)
    craft_old_entries(writer)
    files = [(account["dir"], account["file"]) for account in writer.accounts]
    present = [(name, path.name) for name in DIRECTORIES for path in (out / name).iterdir()]
    if len(set(files)) != len(files) or set(files) != set(present):
        raise AssertionError("the manifest and the directories list different files")
    for name in DIRECTORIES:
        _open_to_all(out / name)
    (out / "manifest.json").write_text(_manifest(writer.accounts))
    write_vectors(out)


# ---------------------------------------------------------------- comparing


def check(committed: Path) -> bool:
    """Write afresh beside `committed` and say on stdout where the two differ; True if nowhere."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        write(fresh)
        paths = {path.relative_to(root) for root in (fresh, committed) for name in DIRECTORIES for path in (root / name).iterdir()}
        paths |= {Path("manifest.json"), Path("blake2b.json"), Path("xxh3.json")}
        different = [path for path in sorted(paths) if _bytes_of(fresh / path) != _bytes_of(committed / path)]
    for path in different:
        print(f"differs: {path}")
    return not different


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="write-entries", description=__doc__.splitlines()[0])
    parser.add_argument("out", nargs="?", type=Path, help="directory to write to; created if absent")
    parser.add_argument("--check", action="store_true", help="write to a scratch directory and compare with the committed entries")
    arguments = parser.parse_args()
    if arguments.check == (arguments.out is not None):
        parser.error("give either a directory or --check")
    if sys.byteorder != "little":
        raise SystemExit(f"write-entries: {platform.machine()} is big-endian, which the entries are not")
    if arguments.check:
        return 0 if check(HERE) else 1
    write(arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())

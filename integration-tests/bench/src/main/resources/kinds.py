"""Writes entries of many kinds as cachekit does, and reads them as Python programs do.

kinds.py write DIRECTORY    one file of a file cache a kind
kinds.py read               answers each line "KIND FILE" with the seconds that it took
"""

import hashlib
import hmac
import json
import random
import struct
import sys
import time
from pathlib import Path

import lz4.block
import msgpack
import numpy as np
import pandas as pd
import pyarrow as pa
import xxhash
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RECORDS = 1_000_000
ROWS = 1_500_000
MASTER_KEY = bytes([0x61]) * 32
TENANT = "bench"
MEGABYTE = 1_000_000
FILE_HEADER = b"CK\x01\x00\x00\x00" + bytes(8)


def frame(metadata, payload):
    header = json.dumps({"s": "bench", "m": metadata, "v": "2.0"}).encode()
    return b"CK\x03" + struct.pack(">I", len(header)) + header + payload


def store(directory, key, metadata, payload):
    name = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    (directory / name).write_bytes(FILE_HEADER + frame(metadata, payload))


def hashed(data):
    return xxhash.xxh3_64_digest(data) + data


def records():
    rng = random.Random(1)
    for i in range(RECORDS):
        yield {
            "id": i,
            "price": rng.randrange(100_000) / 100 + 0.001,
            "name": f"customer {rng.randrange(10_000)}",
            "active": rng.random() < 0.5,
            "day": f"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
        }


def table():
    rng = np.random.default_rng(1)
    names = np.array([f"customer {i}" for i in range(10_000)], dtype=object)
    columns = {f"n{i}": rng.integers(0, 100_000, ROWS) / 100 for i in range(10)}
    columns |= {f"i{i}": rng.integers(0, 1_000_000, ROWS) for i in range(5)}
    columns["name"] = names[rng.integers(0, len(names), ROWS)]
    return pa.table(columns)


def tenant_key():
    salt = b"cachekit_v1_" + bytes([len(b"encryption")]) + b"encryption" + struct.pack(">H", len(TENANT)) + TENANT.encode()
    extracted = hmac.digest(salt, MASTER_KEY, "sha256")
    return hmac.digest(extracted, b"encryption" + b"\x01", "sha256")


def bound(key):
    parts = [TENANT, key, "arrow", "False", "arrow"]
    return b"\x03" + b"".join(struct.pack(">I", len(part)) + part.encode() for part in parts)


def sealed(directory, name, megabytes):
    """An encrypted entry: 20 columns of doubles, not compressed."""
    key = f"bench:{name}"
    rng = np.random.default_rng(2)
    rows = megabytes * MEGABYTE // 160
    data = pa.table({f"c{i}": rng.integers(0, 100_000, rows) / 100 for i in range(20)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, data.schema) as writer:
        writer.write_table(data, max_chunksize=50_000)
    plain = hashed(sink.getvalue().to_pybytes())
    nonce = bytes(range(12))
    cipher = nonce + AESGCM(tenant_key()).encrypt(nonce, plain, bound(key))
    fingerprint = hashlib.sha256(b"key_fingerprint_v1" + tenant_key()).hexdigest()[:32]
    metadata = {
        "format": "arrow",
        "encoding": "utf-8",
        "compressed": False,
        "original_type": "arrow",
        "encrypted": True,
        "tenant_id": TENANT,
        "encryption_algorithm": "AES-256-GCM",
        "key_fingerprint": fingerprint,
    }
    store(directory, key, metadata, cipher)


def write(directory):
    directory.mkdir(parents=True, exist_ok=True)
    rows = list(records())
    document = {"encoding": "utf-8", "compressed": False}
    store(
        directory,
        "msgpack",
        {**document, "format": "msgpack", "original_type": "msgpack"},
        msgpack.packb(rows, use_bin_type=True),
    )
    plain = msgpack.packb(rows, use_bin_type=True)
    packed = lz4.block.compress(plain, store_size=False)
    container = [packed, list(xxhash.xxh3_64_digest(plain)), len(plain), "msgpack"]
    store(
        directory,
        "packed",
        {**document, "compressed": True, "format": "msgpack", "original_type": "msgpack"},
        msgpack.packb(container, use_bin_type=True),
    )
    for name, megabytes in (("tiny", 1), ("half", 250), ("whole", 500)):
        sealed(directory, name, megabytes)
    (directory / "tenant-key").write_bytes(tenant_key())
    (directory / "bound").write_bytes(bound("bench:half"))
    text = json.dumps(rows, separators=(",", ":")).encode()
    store(
        directory, "json", {**document, "format": "orjson", "original_type": "orjson"}, hashed(text)
    )
    (directory / "records.json").write_bytes(b"\n".join(json.dumps(row).encode() for row in rows))
    data = table()
    for codec in ("zstd", "lz4"):
        sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression=codec)
        with pa.ipc.new_file(sink, data.schema, options=options) as writer:
            writer.write_table(data, max_chunksize=60_000)
        store(
            directory,
            codec,
            {"encoding": "utf-8", "compressed": True, "format": "arrow", "original_type": "arrow"},
            hashed(sink.getvalue().to_pybytes()),
        )


def payload(path):
    value = pa.memory_map(path).read_buffer()
    start = len(FILE_HEADER)
    header = int.from_bytes(value[start + 3 : start + 7].to_pybytes(), "big")
    return value.slice(start + 7 + header)


def arrow(path):
    pa.set_cpu_count(1)
    options = pa.ipc.IpcReadOptions(use_threads=False)
    return pa.ipc.open_file(payload(path).slice(8), options=options).read_all().num_rows


def maps(path):
    return len(pd.DataFrame(msgpack.unpackb(payload(path), raw=False)))


def read():
    print("ready", flush=True)
    for line in sys.stdin:
        kind, path = line.rstrip("\n").split(" ", 1)
        start = time.perf_counter()
        rows = {"arrow": arrow, "msgpack": maps}[kind](path)
        print(time.perf_counter() - start, rows, flush=True)


if sys.argv[1] == "write":
    write(Path(sys.argv[2]))
else:
    read()

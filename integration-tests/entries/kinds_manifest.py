"""Puts the accounts of `write_kinds.py` together into `kinds.json`, and compares two of them with their files.

Nonces are drawn by lot, so encrypted entries differ from run to run: they are decrypted here, apart from the library's
own reader, and compared as such.
"""

from __future__ import annotations

import base64
import json
import struct
import sys
from pathlib import Path
from typing import Any

from cachekit._rust_serializer import ZeroKnowledgeEncryptor, derive_tenant_keys

LABELS = ("newest", "oldest", "middle", "plain")
DIRECTORIES = ("cache-kinds", "cache-encrypted")
FILE_HEADER = 14

Json = Any


def merge(out: Path) -> None:
    """Replace the accounts of each environment in `out` by one manifest, a line for each entry."""
    accounts: list[Json] = []
    for label in LABELS:
        path = out / f"kinds-{label}.json"
        accounts += json.loads(path.read_text())
        path.unlink()
    lines = ",\n".join(json.dumps(account, ensure_ascii=False) for account in accounts)
    (out / "kinds.json").write_text('{"cells": [\n' + lines + "\n]}\n")
    files = {(account["dir"], account["file"]) for account in accounts if "file" in account}
    present = {(name, path.name) for name in DIRECTORIES for path in (out / name).iterdir()}
    if files != present:
        raise AssertionError(f"the manifest and the directories list different files: {sorted(files ^ present)[:5]}")


def check(fresh: Path, committed: Path) -> bool:
    """Say on stdout where the two differ; True if nowhere."""
    manifests = [(root / "kinds.json").read_text() for root in (fresh, committed)]
    same = manifests[0] == manifests[1]
    if not same:
        print("differs: kinds.json")
    cells = json.loads(manifests[1])["cells"]
    listed = {(cell["dir"], cell["file"]) for cell in cells if "file" in cell}
    for name in DIRECTORIES:
        for path in sorted((committed / name).iterdir()):
            if (name, path.name) not in listed:
                print(f"not in the manifest: {name}/{path.name}")
                same = False
    for cell in cells:
        if "file" not in cell:
            continue
        values = [_content(root / cell["dir"] / cell["file"], cell) for root in (fresh, committed)]
        if values[0] is None or values[0] != values[1]:
            print(f"differs: {cell['dir']}/{cell['file']} ({cell['name']})")
            same = False
    return same


def _content(path: Path, cell: Json) -> Any:
    """What must be the same: the bytes, or of an encrypted entry its header and its plaintext."""
    if not path.is_file():
        return None
    raw = path.read_bytes()
    if "np_object" in cell["name"]:
        return len(raw)  # addresses of the process that wrote it
    if not cell["encrypted"]:
        return raw
    value = raw[FILE_HEADER:]
    header, payload = _split(value, cell["header"])
    metadata = header.get("m", header.get("metadata", {}))
    aad = b"\x03" + b"".join(struct.pack(">I", len(part)) + part for part in _components(cell, metadata))
    keys = derive_tenant_keys(bytes.fromhex(cell["master_key"]), cell["tenant"])
    return raw[:FILE_HEADER], header, bytes(ZeroKnowledgeEncryptor().decrypt_with_keys(payload, aad, keys))


def _components(cell: Json, metadata: Json) -> list[bytes]:
    if cell["header"]["envelope"] == "interop":
        parts = [cell["tenant"], cell["key"], "msgpack", "False"]
    else:
        parts = [metadata["tenant_id"], cell["key"], metadata["format"], str(metadata["compressed"])]
        parts += [metadata["original_type"]] if metadata.get("original_type") else []
    return [part.encode() for part in parts]


def _split(value: bytes, account: Json) -> tuple[Json, bytes]:
    if account["envelope"] == "interop":
        return {}, value
    if account["envelope"] == "legacy":
        envelope = json.loads(value)
        return {name: item for name, item in envelope.items() if name != "data"}, base64.b64decode(envelope["data"])
    return json.loads(value[7 : account["payload_at"]]), value[account["payload_at"] :]


if __name__ == "__main__":
    if sys.argv[1] == "merge":
        merge(Path(sys.argv[2]))
    else:
        sys.exit(0 if check(Path(sys.argv[2]), Path(sys.argv[3])) else 1)

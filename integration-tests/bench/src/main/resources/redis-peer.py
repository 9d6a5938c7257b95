"""Reads one entry of a Redis as Python programs do: redis-py with hiredis, pyarrow."""

import sys
import time

import pyarrow as pa
import redis

port, key = int(sys.argv[1]), sys.argv[2]
client = redis.Redis("127.0.0.1", port)
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    value = client.get(key)
    header = int.from_bytes(value[3:7], "big")
    table = pa.ipc.open_file(pa.py_buffer(value)[7 + header + 8 :]).read_all()
    assert table.num_columns == 20
    print(time.perf_counter() - start, flush=True)

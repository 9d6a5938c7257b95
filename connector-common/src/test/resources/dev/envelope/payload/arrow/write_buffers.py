"""Writes the files beside it: record batches of pyarrow, one per codec, and LZ4 frames of python-lz4.

The tests compute the same values, so the files need no uncompressed twins.
"""

import pathlib

import lz4.frame
import pyarrow as pa

HERE = pathlib.Path(__file__).parent


def batch(rows):
    return pa.record_batch(
        {
            # Repeats every 1000 rows (8 KB), so matches cross the borders of 64 KB blocks.
            "square": pa.array([i * i % 1000 for i in range(rows)], pa.int64()),
            "half": pa.array([i % 7 / 2 if i % 5 else None for i in range(rows)], pa.float64()),
            "short": pa.array([i % 3 for i in range(rows)], pa.int16()),
            "text": pa.array(["row"] * rows, pa.binary(3)),
        }
    )


# zstd at pyarrow's level finds less in "square"; fewer rows keep the file small.
for name, codec, rows in (("lz4_frame", "lz4", 20_000), ("zstd", "zstd", 4_000)):
    options = pa.ipc.IpcWriteOptions(compression=codec)
    with pa.OSFile(str(HERE / f"{name}.arrows"), "wb") as sink:
        with pa.ipc.new_stream(sink, batch(rows).schema, options=options) as writer:
            writer.write_batch(batch(rows))

# Linked blocks above 64 KB, by the reference library: commons-compress 1.28 links those wrongly.
squares = b"".join((i * i % 1000).to_bytes(8, "little") for i in range(100_000))
for size in (lz4.frame.BLOCKSIZE_MAX64KB, lz4.frame.BLOCKSIZE_MAX256KB):
    frame = lz4.frame.compress(
        squares, block_size=size, block_linked=True, content_checksum=True, block_checksum=True
    )
    (HERE / f"linked-{size}.lz4").write_bytes(frame)

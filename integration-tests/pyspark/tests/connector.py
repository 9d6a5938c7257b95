"""What the connector holds in the JVM, seen from outside."""

import time
from collections.abc import Callable
from pathlib import Path

from bundled import ENTRIES
from pyspark.sql import SparkSession

#: A thread that feeds a Python worker may end later than its task, and then the memory goes later.
PATIENCE_SECONDS = 20.0


def eventually(what: Callable[[], str | None]) -> None:
    """Waits until there is nothing to complain of."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (complaint := what()) is not None:
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)


class Connector:
    """The connector's classes in the driver's JVM, which in local mode is the executor's too."""

    def __init__(self, spark: SparkSession) -> None:
        self._packages = spark._jvm.dev.envelope
        self._pid: int = spark._jvm.java.lang.ProcessHandle.current().pid()

    def held_bytes(self) -> int:
        """Memory and mappings of tasks; what only lingers for the next task is dropped first."""
        self._packages.scan.EntryPool.ofThisJvm().clear()
        return self._packages.memory.Allocators.root().getAllocatedMemory()

    def mappings(self, *directories: Path) -> list[str]:
        """The files below some directories that the process has mapped."""
        below = tuple(f"{directory.resolve()}/" for directory in directories)
        lines = Path(f"/proc/{self._pid}/maps").read_text().splitlines()
        paths = (line.split(maxsplit=5)[-1] for line in lines)
        return [path for path in paths if path.startswith(below)]

    def assert_nothing_held(self, *directories: Path) -> None:
        def complaint() -> str | None:
            held = self.held_bytes()
            mapped = self.mappings(ENTRIES, *directories)
            return f"{held} bytes held, mapped: {mapped}" if held or mapped else None

        eventually(complaint)

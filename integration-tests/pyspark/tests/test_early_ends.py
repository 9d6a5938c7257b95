"""Python workers that stop listening, are killed or fail while a task still reads an entry for them.

The thread that writes to a Python worker may read a batch after its task has ended (SPARK-33277), and
then it reads memory that was unmapped or freed: a crash of the JVM, or rows that were never written.
One such end proves nothing, so each sort is done many times, with moments of ending that differ, while
another query reads the same entries to their ends and must be right.

The thread is rarely within a row at the very moment when the task ends, and between rows Spark stops it
in time. So half of the rounds have an expensive expression in each row, between the look at a string's
address and the copy of its bytes: nearly every end then falls into that gap. If the connector freed the
memory when the task ends, those rounds would crash the JVM on 3.5. From 4.0 on the task itself writes, so there
is no such gap, and each row of a round that is given up would still be paid for: there the rounds are plain ones.
"""

import dataclasses
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from bundled import entry
from connector import Connector
from pyspark import InheritableThread
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

SEED = 20_331

#: How many copies of the mapped entry one task reads, so that it maps and unmaps while it feeds Python.
COPIES = 6

PYTHON_BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"

#: The column of an expensive expression.
EXPENSE = "expense"


class Told(Exception):
    """What a function raises that was told to fail."""


def digest(frame: pd.DataFrame) -> np.ndarray:
    """One number a row, the same whichever way the row came to Python."""
    plain = {}
    for name in frame.columns.drop(EXPENSE, errors="ignore"):
        series = frame[name]
        if series.dtype.kind == "M":
            series = series.astype("datetime64[ns]").astype("int64")
        elif series.dtype == object:
            series = series.where(series.notna(), "\0null")
        plain[name] = series
    return pd.util.hash_pandas_object(pd.DataFrame(plain), index=False).to_numpy()


@dataclass(frozen=True)
class Source:
    """A table that one task reads, and the digests of its rows in their order."""

    name: str
    path: Path
    digests: Path
    rows: int
    #: What makes every row expensive, about a millisecond, or None.
    expense: str | None = None

    def load(self, spark: SparkSession) -> DataFrame:
        frame = spark.read.format("envelope").option("split-size", "1g").load(str(self.path))
        return frame.selectExpr(f"{self.expense} AS {EXPENSE}", "*") if self.expense else frame

    @property
    def python_batch(self) -> int:
        """Small batches for Python: a task is nearly always in the midst of sending some."""
        return 10 if self.expense else 400


@dataclass(frozen=True)
class Witness:
    """Runs in the Python worker: looks at every row that comes, and tells of wrong ones in a file.

    A file, because the worker's own words are lost when its task is killed.
    """

    digests: str
    #: Where wrong rows are told of.
    wrong: str
    #: A file that says that rows have come.
    started: str = ""
    #: After how many rows to fail.
    fail_after: int = -1
    #: What each batch costs the Python side.
    seconds_a_batch: float = 0.0

    def look(self, frame: pd.DataFrame, at: int) -> int:
        expected = np.load(self.digests, mmap_mode="r")[at : at + len(frame)]
        if not np.array_equal(digest(frame), expected):
            Path(self.wrong).write_text(f"rows from {at} on:\n{frame.head(3).to_dict()}")
        if self.started and at == 0:
            Path(self.started).touch()
        at += len(frame)
        if 0 <= self.fail_after < at:
            raise Told("told to fail")
        if self.seconds_a_batch:
            time.sleep(self.seconds_a_batch)
        return at

    def pandas(self, batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        at = 0
        for batch in batches:
            at = self.look(batch, at)
            yield batch

    def arrow(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        at = 0
        for batch in batches:
            at = self.look(batch.to_pandas(), at)
            yield batch


@pytest.fixture(scope="module")
def sources(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    """A mapped entry whose strings are views of the file, and one that is decompressed batch by batch."""
    scratch = tmp_path_factory.mktemp("sources")
    copies = scratch / "copies"
    copies.mkdir()
    for copy in range(COPIES):
        shutil.copy(entry("features").file, copies / f"{copy:032x}")
    features = entry("features").load(spark).toPandas()
    assert str(features["user_id"].sum()) == entry("features").column("user_id").summary["sum"]
    blocks = entry("many_batches").load(spark).toPandas()
    assert str(blocks["period"].astype("int64").sum()) == entry("many_batches").column("period").summary["sum"]
    made = []
    for name, path, rows, expense in (
        ("mapped", copies, np.tile(digest(features), COPIES), "sha2(repeat(country, 100000), 512)"),
        ("zstd", entry("many_batches").file, digest(blocks), "sha2(repeat(text, 2000), 512)"),
    ):
        np.save(scratch / f"{name}.npy", rows)
        source = Source(name, path, scratch / f"{name}.npy", len(rows))
        assert source.load(spark).rdd.getNumPartitions() == 1, "positions count within one task"
        made.append(source)
        if spark.version < "4":
            made.append(dataclasses.replace(source, name=f"{name}, expensive", expense=expense))
    return sorted(made, key=lambda source: source.expense is not None)


@pytest.fixture(autouse=True)
def python_batches_as_they_were(spark: SparkSession) -> Iterator[None]:
    yield
    spark.conf.unset(PYTHON_BATCH)


def through_python(spark: SparkSession, source: Source, witness: Witness, arrow: bool) -> DataFrame:
    spark.conf.set(PYTHON_BATCH, str(source.python_batch))
    frame = source.load(spark)
    if arrow:
        return frame.mapInArrow(witness.arrow, frame.schema)
    return frame.mapInPandas(witness.pandas, frame.schema)


def read_to_the_end(spark: SparkSession, source: Source, wrong: Path, arrow: bool) -> None:
    witness = Witness(str(source.digests), str(wrong))
    seen = through_python(spark, source, witness, arrow).agg(F.count(F.lit(1))).first()[0]
    assert seen == source.rows
    assert not wrong.exists(), wrong.read_text()


@contextmanager
def a_bystander(spark: SparkSession, sources: list[Source], tmp_path: Path) -> Iterator[None]:
    """Another query that goes on reading the same entries, and must be right every time."""
    session = spark.newSession()
    over = threading.Event()
    passes = 0
    problems: list[BaseException] = []

    def go_on() -> None:
        nonlocal passes
        try:
            while not over.is_set():
                start = time.monotonic()
                read_to_the_end(session, sources[passes % 2], tmp_path / "wrong-bystander", passes % 4 < 2)
                passes += 1
                # Most of the two cores is for those that end early.
                over.wait(3 * (time.monotonic() - start))
        except BaseException as problem:
            problems.append(problem)

    thread = InheritableThread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=120)
    assert not thread.is_alive(), "the bystander hangs"
    assert not problems, problems
    assert passes >= 1, "the bystander never ran"


def rounds(request: pytest.FixtureRequest, sources: list[Source]) -> Iterator[tuple[int, Source, bool]]:
    """Every source through pandas and through Arrow, in turn."""
    for number in range(request.config.getoption("rounds")):
        yield number, sources[number % len(sources)], number % (2 * len(sources)) < len(sources)


def test_limit(request: pytest.FixtureRequest, spark: SparkSession, sources: list[Source], tmp_path: Path) -> None:
    chance = random.Random(SEED)
    wrong = tmp_path / "wrong"
    with a_bystander(spark, sources, tmp_path):
        for number, source, arrow in rounds(request, sources):
            limit = chance.choice([1, 5, 10, 25] if source.expense else [1, 7, 400, 1_001, 2_600])
            witness = Witness(str(source.digests), str(wrong), seconds_a_batch=chance.choice([0, 0, 0.005]))
            rows = through_python(spark, source, witness, arrow).limit(limit).toPandas()
            expected = np.load(source.digests)[:limit]
            assert np.array_equal(digest(rows), expected), f"round {number}: {rows.head(3).to_dict()}"
            assert not wrong.exists(), f"round {number}: {wrong.read_text()}"


def test_failing_function(
    request: pytest.FixtureRequest, spark: SparkSession, sources: list[Source], tmp_path: Path
) -> None:
    chance = random.Random(SEED + 1)
    wrong = tmp_path / "wrong"
    with a_bystander(spark, sources, tmp_path):
        for number, source, arrow in rounds(request, sources):
            fail_after = chance.choice([0, 9, 25] if source.expense else [0, 399, 2_000, 5_000])
            witness = Witness(str(source.digests), str(wrong), fail_after=fail_after)
            with pytest.raises(Exception) as caught:
                through_python(spark, source, witness, arrow).agg(F.count(F.lit(1))).collect()
            assert "told to fail" in str(caught.value), f"round {number}"
            assert not wrong.exists(), f"round {number}: {wrong.read_text()}"


def test_kill(request: pytest.FixtureRequest, spark: SparkSession, sources: list[Source], tmp_path: Path) -> None:
    chance = random.Random(SEED + 2)
    wrong = tmp_path / "wrong"
    killed = 0
    with a_bystander(spark, sources, tmp_path):
        for number, source, arrow in rounds(request, sources):
            started = tmp_path / f"started-{number}"
            witness = Witness(str(source.digests), str(wrong), str(started), seconds_a_batch=0.004)
            query = through_python(spark, source, witness, arrow).agg(F.count(F.lit(1)))
            ended = kill(spark, query, f"round {number}", started, chance.uniform(0, 0.06), interrupt=number % 3 == 0)
            killed += "cancelled" in ended
            assert "cancelled" in ended or ended == f"[Row(count(1)={source.rows})]", ended[:2_000]
            assert not wrong.exists(), f"round {number}: {wrong.read_text()}"
    assert killed >= 0.9 * request.config.getoption("rounds"), "most ran to their end before they were killed"


def kill(spark: SparkSession, query: DataFrame, group: str, started: Path, delay: float, interrupt: bool) -> str:
    """Runs a query, cancels it a moment after Python saw its first rows, and says how it ended."""
    outcome: list[str] = []

    def run() -> None:
        spark.sparkContext.setJobGroup(group, group, interruptOnCancel=interrupt)
        outcome.append(outcome_of(query.collect))

    thread = InheritableThread(target=run)
    thread.start()
    deadline = time.monotonic() + 60
    while not started.exists() and thread.is_alive():
        assert time.monotonic() < deadline, f"{group} never began"
        time.sleep(0.002)
    time.sleep(delay)
    spark.sparkContext.cancelJobGroup(group)
    thread.join(timeout=60)
    assert not thread.is_alive(), f"{group} does not end"
    return outcome[0]


def outcome_of(action: Callable[[], Any]) -> str:
    try:
        return str(action())
    except Exception as problem:
        return str(problem)


def test_the_checks_see_what_a_task_holds(
    spark: SparkSession, connector: Connector, sources: list[Source], tmp_path: Path
) -> None:
    """Without this, "nothing is held" could mean that nobody looked in the right place."""
    for source in sources[:2]:
        started = tmp_path / f"started-{source.name}"
        witness = Witness(str(source.digests), str(tmp_path / "wrong"), str(started), seconds_a_batch=0.01)
        query = through_python(spark, source, witness, True).agg(F.count(F.lit(1)))
        thread = InheritableThread(target=query.collect)
        thread.start()
        held, mapped = 0, []
        while thread.is_alive():
            if started.exists():
                held = max(held, connector.held_bytes())
                mapped += connector.mappings(source.path if source.path.is_dir() else source.path.parent)
            time.sleep(0.02)
        assert held > 100_000, source.name
        assert any(Path(path).parent in (source.path, source.path.parent) for path in mapped), source.name


def test_the_witness_sees_wrong_rows(spark: SparkSession, sources: list[Source], tmp_path: Path) -> None:
    mapped = sources[0]
    wrong = tmp_path / "wrong"
    shifted = tmp_path / "shifted.npy"
    np.save(shifted, np.roll(np.load(mapped.digests), 1))
    through_python(spark, mapped, Witness(str(shifted), str(wrong)), False).agg(F.count(F.lit(1))).collect()
    assert wrong.exists()

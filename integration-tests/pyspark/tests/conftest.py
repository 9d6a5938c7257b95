"""One session on a stock PySpark for all tests, and the check after each that nothing is held."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from connector import Connector
from pyspark.sql import SparkSession


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--suite", default="of its own", help="what to call this run in its last line")
    parser.addoption("--rounds", type=int, default=100, help="how many early ends of each sort")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the run with one line that a script can look for."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    counts = {name: len(reporter.stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    failed = counts["failed"] + counts["error"]
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"pyspark {config.getoption('suite')}: {counts['passed']} passed, {failed} failed{skipped}")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    scratch = tmp_path_factory.mktemp("spark")
    java_options = [
        # Memory that is read after it was freed gives wrong answers instead of lucky ones.
        "-Denvelope.memory.poison=true",
        f"-XX:ErrorFile={scratch}/hs_err_pid%p.log",
        f"-Dderby.system.home={scratch}",
    ]
    session = (
        SparkSession.builder.master("local[2]")
        .appName("envelope: stock PySpark")
        .config("spark.jars", os.environ["ENVELOPE_BUNDLE"])
        .config("spark.driver.memory", "2g")
        .config("spark.driver.extraJavaOptions", " ".join(java_options))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", str(scratch / "warehouse"))
        # A conversion that falls back to the slow path would hide that the fast one is refused.
        .config("spark.sql.execution.arrow.pyspark.fallback.enabled", "false")
        .config("spark.python.daemon.module", "warm_daemon")
        .getOrCreate()
    )
    # Hundreds of tasks are killed or fail on purpose, each with a stack trace.
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def connector(spark: SparkSession) -> Connector:
    return Connector(spark)


@pytest.fixture(autouse=True)
def nothing_held(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """After every test on Spark: the JVM lives, and has given all memory and mappings back."""
    yield
    if "spark" in request.fixturenames:
        request.getfixturevalue("connector").assert_nothing_held(tmp_path)

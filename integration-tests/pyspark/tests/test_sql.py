"""Plain SQL, and what a user sees who got something wrong."""

import shutil
from pathlib import Path

import pytest
from bundled import DEMO, entry, expected
from pyspark.sql import SparkSession


def first_lines(error: BaseException) -> str:
    """What stands above the fold: a traceback ends with the message, and Java's stack follows it."""
    return "\n".join(str(error).splitlines()[:2])


def test_a_temporary_view(spark: SparkSession) -> None:
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW features USING envelope OPTIONS (path '{entry('features').file}')")
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW users USING envelope OPTIONS (path '{entry('users').file}')")
    assert spark.table("features").count() == entry("features").rows
    rows = spark.sql("SELECT tier, COUNT(*) FROM users GROUP BY tier").collect()
    tiers = expected(entry("users").column("tier"))
    assert {row[0]: row[1] for row in rows} == {tier: tiers.count(tier) for tier in set(tiers)}
    joined = spark.sql("SELECT SUM(f.user_id) FROM features f JOIN users u ON f.user_id = u.user_id")
    assert str(joined.first()[0]) == entry("features").column("user_id").summary["sum"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("integritty", "skip", "there is no option 'integritty' (did you mean 'integrity'?)"),
        ("integrity", "maybe", "option 'integrity': 'maybe' is not one of its values; give verify or skip"),
        ("split-size", "12q", "option 'split-size'"),
    ],
)
def test_a_wrong_option_is_named(spark: SparkSession, option: str, value: str, message: str) -> None:
    with pytest.raises(Exception) as by_reader:
        spark.read.format("envelope").option(option, value).load(str(DEMO))
    assert message in first_lines(by_reader.value)
    with pytest.raises(Exception) as by_sql:
        spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW bad USING envelope OPTIONS (path '{DEMO}', `{option}` '{value}')")
    assert message in first_lines(by_sql.value)


def test_a_directory_that_is_not_there_is_named(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(Exception) as caught:
        spark.read.format("envelope").load(str(tmp_path / "nowhere"))
    assert f"{tmp_path}/nowhere" in first_lines(caught.value)


def test_a_damaged_entry_is_named(spark: SparkSession, tmp_path: Path) -> None:
    damaged = tmp_path / entry("features").file.name
    shutil.copy(entry("features").file, damaged)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    frame = spark.read.format("envelope").load(str(damaged))
    with pytest.raises(Exception) as caught:
        frame.selectExpr("sum(amount)").collect()
    assert "CorruptEntryException" in str(caught.value)
    assert damaged.name in str(caught.value)

"""Entries as Python sees them, by each way that PySpark has of bringing rows to Python."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bundled import DEMO, Column, comparable, entry, expected
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

#: Of every family of types, compressed and not.
ENTRIES = [
    "ints",
    "floats",
    "floats_nan_and_null",
    "bools",
    "bools_none",
    "nullable_dtypes",
    "decimals",
    "strings",
    "strings_layouts",
    "strings_layouts_none",
    "categoricals",
    "categoricals_none",
    "dictionaries",
    "timestamps",
    "timestamps_zoned",
    "dates",
    "index_named",
    "odd_names",
    "small_batches_none",
    "not_nullable",
    "rich_none",
    "rich_zstd",
    "rich_lz4",
    "users",
]


def test_the_demo_directory_is_one_table(spark: SparkSession) -> None:
    frame = spark.read.format("envelope").option("merge-schema", "true").load(str(DEMO))
    features, users = entry("features"), entry("users")
    assert frame.count() == features.rows + users.rows
    ids = int(features.column("user_id").summary["sum"]) + sum(expected(users.column("user_id")))
    sums = frame.agg(F.sum("user_id"), F.count("name"), F.count("country")).first()
    assert tuple(sums) == (ids, users.rows, features.rows)


def test_sums_are_those_of_the_manifest(spark: SparkSession) -> None:
    features = entry("features")
    frame = features.load(spark)
    rows = frame.select("user_id", "score", "amount", F.unix_micros(F.col("ts").cast("timestamp"))).collect()
    assert len(rows) == features.rows
    user_ids, scores, amounts, micros = zip(*rows, strict=True)
    assert str(sum(user_ids)) == features.column("user_id").summary["sum"]
    assert str(sum(micros)) == features.column("ts").summary["sum"]
    # The manifest's sums of floats are the exact ones, rounded once.
    assert repr(math.fsum(amounts)) == features.column("amount").summary["sum"]
    assert repr(math.fsum(s for s in scores if s is not None)) == features.column("score").summary["sum"]
    in_sql = frame.agg(F.sum("amount")).first()[0]
    assert in_sql == pytest.approx(math.fsum(amounts), rel=1e-12)


@pytest.mark.parametrize("name", ENTRIES)
def test_collect(spark: SparkSession, name: str) -> None:
    bundled = entry(name)
    rows = bundled.load(spark).collect()
    for at, column in enumerate(bundled.columns):
        seen = [comparable(row[at]) for row in rows]
        assert seen == expected(column), column.name


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("arrow", ["true", "false"])
def test_to_pandas(spark: SparkSession, name: str, arrow: str) -> None:
    bundled = entry(name)
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", arrow)
    try:
        frame = bundled.load(spark).toPandas()
    finally:
        spark.conf.unset("spark.sql.execution.arrow.pyspark.enabled")
    assert list(frame.columns) == [column.name for column in bundled.columns]
    for at, column in enumerate(bundled.columns):
        series = frame.iloc[:, at]
        assert [_in_pandas(value) for value in series] == _as_in_pandas(column, series), column.name




def _in_pandas(value: Any) -> Any:
    """A cell, with pandas' four sorts of null made one."""
    if isinstance(value, (list, np.ndarray)):
        return [_in_pandas(each) for each in value]
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return comparable(value.item() if hasattr(value, "item") else value)


def _as_in_pandas(column: Column, series: pd.Series) -> list[Any]:
    """What is expected, after pandas' own losses: NaN is null, and integers beside nulls are floats."""
    values = [None if value == "float 1 nan" else value for value in expected(column)]
    if series.dtype.kind == "f":
        return [comparable(float(value)) if isinstance(value, int) else value for value in values]
    return values

"""pandas UDFs over columns that are views of an entry."""

import math

import pandas as pd
import pytest
from bundled import entry, expected
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf


def test_series_to_series_over_strings(spark: SparkSession) -> None:
    @pandas_udf("string")
    def shout(texts: pd.Series) -> pd.Series:
        return texts.str.upper() + "!"

    for name, column in (("strings", "text"), ("strings_layouts_none", "utf8_view"), ("users", "name")):
        rows = entry(name).load(spark).select(column, shout(column)).collect()
        texts = expected(entry(name).column(column))
        shouted = [None if text is None else text.upper() + "!" for text in texts]
        assert [tuple(row) for row in rows] == list(zip(texts, shouted, strict=True)), name


def test_series_to_series_in_small_python_batches(spark: SparkSession) -> None:
    """An Arrow batch of the entry becomes many for Python, so rows wait while others are sent."""

    @pandas_udf("long")
    def length(texts: pd.Series, tiers: pd.Series) -> pd.Series:
        return texts.str.len() + tiers.fillna("").str.len()

    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "777")
    try:
        frame = entry("many_batches").load(spark)
        wrong = F.col("seen") != F.char_length("text") + F.char_length(F.coalesce("tier", F.lit("")))
        seen = frame.withColumn("seen", length("text", "tier")).agg(F.count("seen"), F.count_if(wrong))
        assert tuple(seen.first()) == (entry("many_batches").rows, 0)
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")


def test_grouped_aggregate(spark: SparkSession) -> None:
    @pandas_udf("double")
    def exact_sum(values: pd.Series) -> float:
        return math.fsum(values)

    groups = entry("features").load(spark).groupBy("country")
    in_python = dict(tuple(row) for row in groups.agg(exact_sum("amount")).collect())
    in_spark = dict(tuple(row) for row in groups.agg(F.sum("amount")).collect())
    assert len(in_python) > 1
    assert in_python == pytest.approx(in_spark, rel=1e-12)
    total = math.fsum(in_python.values())
    assert total == pytest.approx(float(entry("features").column("amount").summary["sum"]), rel=1e-12)


def test_apply_in_pandas(spark: SparkSession) -> None:
    def summarize(key: tuple[str], group: pd.DataFrame) -> pd.DataFrame:
        assert (group["country"] == key[0]).all()
        return pd.DataFrame({"country": [key[0]], "ids": [group["user_id"].sum()], "rows": [len(group)]})

    frame = entry("features").load(spark)
    rows = frame.groupBy("country").applyInPandas(summarize, "country string, ids long, rows long").collect()
    assert len({row["country"] for row in rows}) == len(rows) > 1
    assert sum(row["rows"] for row in rows) == entry("features").rows
    assert str(sum(row["ids"] for row in rows)) == entry("features").column("user_id").summary["sum"]

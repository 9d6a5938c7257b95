"""PySpark's own worker daemon, with pandas and PyArrow imported before it forks.

A worker whose task ended early is not used again, and importing the two takes a new one most of a
second: without this, hundreds of early ends would take many minutes.
"""

import pandas  # noqa: F401
import pyarrow  # noqa: F401
from pyspark.daemon import manager

if __name__ == "__main__":
    manager()

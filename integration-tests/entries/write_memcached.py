"""Writes tables of one column `n` through the library's decorator into Memcached servers, and prints their keys."""

import sys

import pandas as pd
from cachekit import cache
from cachekit.backends.memcached import MemcachedBackend, MemcachedBackendConfig
from cachekit.serializers import ArrowSerializer

ENTRIES = 60
ROWS = 1000


class Remembering(MemcachedBackend):
    """The library's backend, which also remembers the key of the last write."""

    last_key = ""

    def set(self, key, value, ttl=None):
        super().set(key, value, ttl)
        self.last_key = key


def main(prefix: str, servers: list[str]) -> None:
    backend = Remembering(MemcachedBackendConfig(servers=servers, key_prefix=prefix))

    @cache(backend=backend, ttl=3600, l1_enabled=False, namespace="placed", serializer=ArrowSerializer(compression=None))
    def numbers(first: int) -> pd.DataFrame:
        return pd.DataFrame({"n": range(first, first + ROWS)})

    for i in range(ENTRIES):
        numbers(i * ROWS)
        print(backend.last_key)


main(sys.argv[1], sys.argv[2:])

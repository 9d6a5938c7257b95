"""The pair of tables that the quickstart joins: small enough to read, large enough to be worth a query."""

from __future__ import annotations

import numpy as np
import pandas as pd

_COUNTRIES = ["AT", "BR", "CH", "DE", "ES", "FR", "IN", "JP", "NZ", "US"]
_USERS = 250
_EVENTS = 5_000


def features() -> pd.DataFrame:
    """One row per purchase; `ts` walks through the first quarter of 2026."""
    rng = np.random.default_rng(20260101)
    start = np.datetime64("2026-01-01T00:00:00", "us")
    seconds = np.sort(rng.integers(0, 90 * 86_400, _EVENTS))
    return pd.DataFrame(
        {
            "user_id": rng.integers(1, _USERS + 1, _EVENTS),
            "country": rng.choice(_COUNTRIES, _EVENTS),
            "score": np.round(rng.random(_EVENTS), 6),
            "amount": np.round(rng.gamma(2.0, 40.0, _EVENTS), 2),
            "ts": start + seconds.astype("timedelta64[s]"),
        }
    )


def users() -> pd.DataFrame:
    """One row per user that `features` mentions, with a name and a tier."""
    rng = np.random.default_rng(20260102)
    first = ["Ada", "Björn", "Chloé", "Dmitri", "Emi", "Farah", "Grace", "Håkon", "Inés", "Jürgen"]
    last = ["Abe", "Brandão", "Curie", "Dvořák", "Euler", "Fischer", "García", "Hopper"]
    return pd.DataFrame(
        {
            "user_id": np.arange(1, _USERS + 1),
            "name": [f"{rng.choice(first)} {rng.choice(last)}" for _ in range(_USERS)],
            "tier": pd.Categorical(rng.choice(["free", "plus", "pro"], _USERS, p=[0.6, 0.3, 0.1]), ["free", "plus", "pro"], ordered=True),
        }
    )

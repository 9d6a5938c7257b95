"""Writes placement.txt beside it: which of some servers pymemcache's hash gives some keys to."""

import pathlib
import random

import pymemcache
from pymemcache.client.rendezvous import RendezvousHash

SERVERS = [
    ["127.0.0.1:11211"],
    ["a:11211", "b:11211"],
    ["mc1:11211", "mc2:11211", "mc3:11212"],
    [f"10.0.0.{i}:11211" for i in range(1, 8)],
    ["::1:11211", "cache.example.com:11211"],
    ["Mixed.Case:1", "mixed.case:1"],
]
KEYS = ["k", "ab", "abc", "abcd", "abcde", "app:x", "x" * 250, f"ns:a:func:shop.f:args:{'0' * 64}:1s"]
LETTERS = "abcdefghijklmnopqrstuvwxyzABC0123456789:._-%"

rng = random.Random(7)
keys = KEYS + ["".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 60))) for _ in range(40)]
lines = [f"# pymemcache {pymemcache.__version__}: servers | key | the one of them that has it"]
for servers in SERVERS:
    placement = RendezvousHash()
    for server in servers:
        placement.add_node(server)
    lines += [f"{' '.join(servers)}|{key}|{placement.get_node(key)}" for key in keys]
pathlib.Path(__file__).with_name("placement.txt").write_text("\n".join(lines) + "\n")

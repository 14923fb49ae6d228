#!/usr/bin/env python3
"""Many kills, freezes and promotions (110 turns are a hundred and ten): no acknowledged write is lost, no stale value read, no row written by
a stale owner. Usage: storm_test.py MUSTER_NODE storm SEED|any TURNS"""

import sys

import story
import storm as weather


def storm(cluster):
    seed, turns = story.seed(sys.argv[3]), int(sys.argv[4])
    load, stale_rows = weather.storm(cluster, turns, seed, lambda what: print(what, flush=True))
    load.check()
    assert stale_rows == 0, cluster.database.primary.query("select * from stale_write limit 20")


if __name__ == "__main__":
    story.tell(storm)

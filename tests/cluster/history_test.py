#!/usr/bin/env python3
"""Clients write and read registers through random nodes while nodes are killed and frozen and the primary is lost; what
they were told must be linearizable, register by register, which CHECK_HISTORY decides.
Usage: history_test.py MUSTER_NODE history CHECK_HISTORY SEED|any TURNS"""

import json
import pathlib
import random
import subprocess
import sys
import time

from story import seed, tell
from registers import Registers
from storm import strike


def history(cluster):
    choose, turns = random.Random(seed(sys.argv[4])), int(sys.argv[5])
    with Registers(cluster, clients=12, registers=6) as registers:
        for turn in range(turns):
            time.sleep(1)
            if turn % 5 == 2:
                cluster.database.promote()
                cluster.database.rejoin()
                what = "promote"
            else:
                what = strike(cluster, choose)
            print(turn, what, flush=True)
        cluster.wait_balanced()
        time.sleep(2)
    told = registers.history()
    file = pathlib.Path(cluster.folder) / "history"
    file.write_text("".join(json.dumps(each) + "\n" for each in told))
    kinds = {kind: sum(each["op"] == kind for each in told) for kind in ("read", "write")}
    unknown = sum(each["ok"] is None for each in told)
    print(f"{kinds['write']} writes, {unknown} of them of unknown fate, {kinds['read']} reads", flush=True)
    assert kinds["read"] > 500 and kinds["write"] - unknown > 500, "hardly anything was answered"
    assert subprocess.run([sys.argv[3], file], check=False).returncode == 0, "not linearizable"


if __name__ == "__main__":
    tell(history)

#!/usr/bin/python3
"""Each command of muster-bench once, small, against the real node."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.dont_write_bytecode = True

from muster_node import Node  # noqa: E402


def bench(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout) if done.stdout else None


def check_commands(program, node, fleet):
    where = ("--port", node.port, "--fleet", fleet)
    bench(program, "create-fleet", *where, "--devices", 20)
    once = bench(program, "load", *where, "--once")
    assert once["answers"] == 20 and not once["refused"] and not once["lost"], once
    rpc = bench(program, "rpc", *where, "--rate", 100, "--duration", 0.5, "--warm-up", 0, "--settle", 0.2,
                "--process", node.process.pid)
    assert rpc["answers"] == 50 and not rpc["refused_calls"] and not rpc["refused_devices"], rpc
    assert not rpc["lost"] and not rpc["unanswered"] and rpc["with_polls"]["resident"] > 0, rpc
    history = bench(program, "history", *where, "--messages", 5000, "--spacing", 10, "--repeats", 1)
    assert (history["sparse"]["points"], history["dense"]["points"]) == (100, 1000), history


def check_prepared(program, node, fleet):
    """Devices that were written past the API are devices like others."""
    node.stop()
    bench(program, "prepare-store", node.data_dir, "--devices", 30, "--fleet", fleet)
    node.start()
    load = bench(program, "load", "--port", node.port, "--fleet", fleet, "--once")
    assert load["answers"] == 30 and not load["refused"], load
    rpc = bench(program, "rpc", "--port", node.port, "--fleet", fleet, "--rate", 100, "--duration", 0.3,
                "--warm-up", 0, "--settle", 0.2)
    assert rpc["answers"] == 30 and not rpc["refused_calls"], rpc


def main():
    program, binary = sys.argv[1:3]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-bench-"))
    with Node(binary, folder / "api", ["--demo"]) as node:
        check_commands(program, node, folder / "api.fleet")
    with Node(binary, folder / "prepared", ["--demo"]) as node:
        check_prepared(program, node, folder / "prepared.fleet")
    shutil.rmtree(folder)


main()

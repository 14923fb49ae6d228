"""Figures of the project itself: how long it takes to build and to test."""

import os
import shutil
import subprocess
import time

from figures.figure import Figure


def timed(command, **rest):
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **rest)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-2000:]}")
    return (time.monotonic() - started) / 60


def build(bench):
    """clean full build, and the whole test run of that build"""
    folder = bench.work / "clean-build"
    shutil.rmtree(folder, ignore_errors=True)
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    built = timed(["cmake", "--preset", "development", "-B", str(folder)], cwd=bench.root, env=environment)
    built += timed(["cmake", "--build", str(folder)], cwd=bench.root, env=environment)
    tested = timed(["ctest", "--test-dir", str(folder), "--output-on-failure"])
    shutil.rmtree(folder)
    return [Figure("clean full build", "min", built, 8, 5), Figure("whole test run", "min", tested, 5, 2)]

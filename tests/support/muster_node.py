"""A real muster-node as a child process, for tests and measurements. Standard library only."""

import http.client
import pathlib
import signal
import subprocess
import time

from free_port import free_port


class Node:
    """One node on one data folder; may be started, ended and started again."""

    def __init__(self, binary, data_dir, options=(), log=None, wrapper=(), address="127.0.0.1"):
        self.binary = str(binary)
        self.data_dir = pathlib.Path(data_dir)
        self.options = list(options)
        self.log = pathlib.Path(log) if log else self.data_dir.with_suffix(".log")
        self.wrapper = list(wrapper)
        self.address = address
        self.port = free_port()
        self.process = None

    def start(self, ready_within=30):
        """Starts the node and returns the seconds until it was ready."""
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        command = [
            *self.wrapper, self.binary, "--http.address", self.address, "--http.port", str(self.port),
            "--data.dir", str(self.data_dir), *self.options,
        ]
        with open(self.log, "ab") as log:
            started = time.monotonic()
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        while not self.ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"the node ended with {self.process.returncode}; see {self.log}")
            if time.monotonic() > started + ready_within:
                raise RuntimeError(f"the node is not ready after {ready_within} s; see {self.log}")
            # Not a wait for an outcome: only keeps the question from taking the node's processor.
            time.sleep(0.001)
        return time.monotonic() - started

    def ready(self):
        try:
            return self.get("/health/ready", timeout=5).status == 200
        except OSError:
            return False

    def get(self, path, timeout=30):
        connection = http.client.HTTPConnection(self.address, self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, within=15):
        """SIGTERM; returns the exit code."""
        if self.alive():
            self.process.terminate()
        return self.process.wait(within)

    def memory(self):
        """Resident bytes."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no Rss in smaps_rollup")

    def instrumented(self):
        """Of a sanitizer's build, which keeps what was freed for a while: its memory says nothing."""
        maps = pathlib.Path(f"/proc/{self.process.pid}/maps").read_text()
        return "/libasan.so" in maps or "/libtsan.so" in maps

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.alive():
            self.kill()

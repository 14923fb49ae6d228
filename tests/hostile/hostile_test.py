#!/usr/bin/python3
"""Clients that break every rule against a whole node: each gets a refusal or a close, good clients
beside them get their own answers, and afterwards the node is as it was. See README.md."""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "support")]
sys.dont_write_bytecode = True

import attacks  # noqa: E402
import fleet_attacks  # noqa: E402
from fleet import Fleet  # noqa: E402
from muster_node import Node, free_port  # noqa: E402
from wire import Wire, post  # noqa: E402

ATTACKERS = 4
#: The demo's devices; the node is started with them.
TOKENS = ["A1_TEST_TOKEN", "A2_TEST_TOKEN", "A3_TEST_TOKEN", "B1_TEST_TOKEN", "C1_TEST_TOKEN", "DHT11_DEMO_TOKEN",
          "RASPBERRY_PI_DEMO_TOKEN", "T1_TEST_TOKEN", "T2_TEST_TOKEN"]
#: The node's deadlines are shortened, so that the stalled clients meet them within a test.
#: Not by more, so that good clients meet none of them on a busy machine.
OPTIONS = ["--demo", "--http.head_timeout", "2000", "--http.body_timeout", "2000", "--http.write_timeout", "2000",
           "--http.idle_timeout", "3000", "--http.tls.handshake_timeout", "5000"]


class Device:
    def __init__(self, token):
        self.token = token


class Scene:
    """What an attack needs: the port, a random source of its own, the devices, the fleet."""

    def __init__(self, port, tls, seed, fleet=None):
        self.fleet = fleet
        self.port = port
        self.tls = tls
        self.random = random.Random(seed)
        self.devices = [Device(token) for token in TOKENS]

    def pick(self):
        return self.random.choice(self.devices)

    def wire(self):
        return Wire(self.port, tls=self.tls)


class HostileTest:
    def __init__(self, options, folder):
        self.options = options
        extra = self.tls_options(folder) if options.tls else []
        self.node = Node(options.node, folder / "data", OPTIONS + extra, log=folder / "node.log",
                         wrapper=options.wrapper.split())
        self.port = self.tls_port if options.tls else self.node.port
        self.failures = []
        self.done = threading.Event()
        self.good_answers = 0

    def tls_options(self, folder):
        certificate, key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=localhost", "-out", certificate, "-keyout", key], check=True,
                       stderr=subprocess.DEVNULL)
        self.tls_port = free_port()
        return ["--http.tls.cert", str(certificate), "--http.tls.key", str(key), "--http.tls.port", str(self.tls_port)]

    def run(self):
        self.node.start()
        for token in TOKENS:
            with Wire(self.port, tls=self.options.tls) as wire:
                wire.send(post(f"/api/v1/{token}/attributes", b'{"owner":"%s"}' % token.encode()))
                attacks.check(wire.answer()[0] == 200, "the scene cannot be set")
        self.fleet = Fleet(f"http://127.0.0.1:{self.node.port}")
        self.attack(200)
        files, memory = self.open_files(), self.node.memory()
        self.attack(self.options.connections)
        self.check_end(files, memory)

    def attack(self, connections):
        """All attackers at once, with one good client beside them."""
        self.done.clear()
        good = threading.Thread(target=self.guarded, args=(self.good_client,))
        good.start()
        bad = [threading.Thread(target=self.guarded, args=(self.attacker, number, connections // ATTACKERS))
               for number in range(ATTACKERS)]
        for thread in bad:
            thread.start()
        for thread in bad:
            thread.join()
        self.done.set()
        good.join()
        if self.failures:
            raise AssertionError("\n".join(self.failures))

    def guarded(self, work, *arguments):
        try:
            work(*arguments)
        except Exception:
            self.failures.append(traceback.format_exc())

    def attacker(self, number, connections):
        scene = Scene(self.port, self.options.tls, f"{self.options.seed} {number}", self.fleet)
        quick = attacks.quick + fleet_attacks.quick + (attacks.quick_tls if self.options.tls else [])
        slow = attacks.slow + fleet_attacks.slow + (attacks.slow_tls if self.options.tls else [])
        for _ in range(connections):
            if self.failures:
                return
            rare = scene.random.random() < 0.005
            scene.random.choice(slow if rare else quick)(scene)

    def good_client(self):
        scene = Scene(self.port, self.options.tls, f"{self.options.seed} good")
        while not self.done.is_set():
            attacks.own_attributes(scene, scene.pick())
            self.good_answers += 1

    def open_files(self):
        return len(os.listdir(f"/proc/{self.node.process.pid}/fd"))

    def check_end(self, files, memory):
        attacks.check(self.node.alive(), "the node has ended")
        attacks.check(self.node.ready(), "the node is not ready")
        self.fleet.check_packages(self.node.data_dir / "packages")
        # Whoever is gone is noticed at the latest by the idle deadline, which is 3 s here.
        waiting = threading.Event()
        for _ in range(100):
            if self.open_files() <= files + 8:
                break
            waiting.wait(0.1)
        attacks.check(self.open_files() <= files + 8, f"{self.open_files()} files are open, {files} were")
        grown = self.node.memory() - memory
        attacks.check(self.options.wrapper or self.node.instrumented() or grown < 64 << 20, f"memory has grown by {grown} bytes")
        attacks.check(self.node.stop() == 0, "the node did not end with 0")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("node", help="the muster-node to attack")
    parser.add_argument("--connections", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--tls", action="store_true", help="attack the HTTPS port")
    parser.add_argument("--wrapper", default="", help="command that runs the node, for instance under a checker")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-hostile-"))
    test = HostileTest(options, folder)
    try:
        test.run()
    finally:
        if test.node.alive():
            test.node.kill()
    print(f"{options.connections} bad connections, {test.good_answers} good answers beside them")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

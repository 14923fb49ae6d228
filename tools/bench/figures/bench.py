"""What the figures share: the programs, the folders, the servers that are measured."""

import json
import pathlib
import shutil
import statistics
import subprocess
import time

from muster_node import Node, free_port


class Bench:
    def __init__(self, root, options):
        self.root = root
        self.build = options.build.resolve()
        self.programs = self.build / "bin"
        self.work = (options.work or self.build / "bench").resolve()
        self.short = options.short
        self.rounds = options.rounds or (1 if self.short else 3)
        self.seconds = options.seconds or (1.0 if self.short else 5.0)
        self.running = []
        self.kept = {}

    def __enter__(self):
        self.work.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.terminate()
            process.wait()

    def once(self, name, make):
        """The value of `make`, made at the first use."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    # The servers.

    def node(self, folder, options=()):
        """A started node on the folder below the work folder; the caller stops it."""
        node = Node(self.programs / "muster-node", self.work / folder, ["--demo", *options])
        node.start_seconds = node.start()
        self.running.append(node.process)
        return node

    def stop(self, node):
        node.stop(30)
        self.running.remove(node.process)

    def fresh_folder(self, name):
        shutil.rmtree(self.work / name, ignore_errors=True)
        return name

    def certificate(self):
        def make():
            certificate, key = self.work / "cert.pem", self.work / "key.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-subj", "/CN=localhost", "-out", certificate, "-keyout", key],
                           check=True, stderr=subprocess.DEVNULL)
            return str(certificate), str(key)
        return self.once("certificate", make)

    def standard_node(self):
        """A node with HTTP and HTTPS and a fleet of its own, shared by the figures that only load it."""
        def make():
            certificate, key = self.certificate()
            tls_port = free_port()
            node = self.node(self.fresh_folder("standard"),
                             ["--http.tls.cert", certificate, "--http.tls.key", key, "--http.tls.port", str(tls_port)])
            node.tls_port = tls_port
            node.fleet = self.create_fleet(node, 1000)
            return node
        return self.once("standard node", make)

    def bare_port(self, tls=False):
        """Port of a running bare handler."""
        def make():
            port = free_port()
            extra = []
            if tls:
                certificate, key = self.certificate()
                extra = ["--cert", certificate, "--key", key]
            self.running.append(subprocess.Popen([self.programs / "bare_handler", "--port", str(port), *extra]))
            # Its listener is there within a fraction of this; it has no way to say so.
            time.sleep(0.5)
            return port
        return self.once(f"bare handler {tls}", make)

    # The generator.

    def muster_bench(self, *arguments):
        done = subprocess.run([self.programs / "muster-bench", *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip() or f"muster-bench ended with {done.returncode}")
        return json.loads(done.stdout) if done.stdout else None

    def create_fleet(self, node, devices):
        fleet = node.data_dir.with_suffix(".fleet")
        self.muster_bench("create-fleet", "--port", node.port, "--fleet", fleet, "--devices", devices)
        return fleet

    def load(self, port, fleet, *arguments, devices=0):
        result = self.muster_bench("load", "--port", port, "--fleet", fleet, "--devices", devices,
                                   "--duration", self.seconds, "--warm-up", min(1.0, self.seconds), *arguments)
        wrong = {name: result[name] for name in ("refused", "lost", "unsent") if result[name]}
        if wrong:
            raise RuntimeError(f"the load was not answered as it should: {wrong}")
        return result

    def interleaved(self, **loads):
        """Runs each of the named loads in turn, as many rounds as asked; lists of results by name."""
        results = {name: [] for name in loads}
        for _ in range(self.rounds):
            for name, load in loads.items():
                results[name].append(load())
        return results


def median(results, *path):
    """Median over the results of the member that `path` leads to."""
    def member(result):
        for name in path:
            result = result[name]
        return result
    return statistics.median(member(result) for result in results)


def copy_folder(source, target):
    """A copy of a data folder; the files come out of the page cache or go into it either way."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, pathlib.Path(target))

"""A cluster of real muster-nodes over PostgreSQL servers of its own, all on this machine. Standard library only."""

import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "postgres"))

import rig  # noqa: E402
from muster_node import Node, free_port  # noqa: E402
from proxy import Proxy  # noqa: E402

ADMINISTRATOR = ("sysadmin@thingsboard.org", "sysadmin")
TENANT = ("tenant@thingsboard.org", "tenant")


def node_options(name, dsn, port, cluster="test"):
    return ["--node.id", name, "--cluster.name", cluster, "--cluster.dsn", dsn, "--cluster.address", "127.0.0.1",
            "--cluster.port", str(port), "--demo"]


class ClusterNode(Node):
    """One node; may be frozen, and, with proxies, cut off from the database."""

    def __init__(self, binary, folder, name, dsn, options=(), proxies=()):
        self.name = name
        self.proxies = proxies
        super().__init__(binary, folder / name, [*node_options(name, dsn, free_port()), *options])

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def cut_from_database(self):
        for proxy in self.proxies:
            proxy.cut()

    def heal(self):
        for proxy in self.proxies:
            proxy.heal()

    def request(self, method, path, body=None, headers=(), timeout=30):
        """(status, text); OSError when there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            encoded = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
            given = {"Content-Type": "application/json", **dict(headers)}
            connection.request(method, path, encoded, given)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except http.client.HTTPException as broken:
            raise OSError(str(broken)) from broken
        finally:
            connection.close()

    def fetch(self, path, headers):
        """(status, bytes) of a GET."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def log_in(self, user=TENANT):
        status, text = self.request("POST", "/api/auth/login", {"username": user[0], "password": user[1]})
        assert status == 200, (status, text)
        return {"X-Authorization": "Bearer " + json.loads(text)["token"]}

    def view(self, headers=None):
        """What GET /api/cluster says."""
        status, text = self.request("GET", "/api/cluster", headers=headers or self.log_in(ADMINISTRATOR))
        assert status == 200, (status, text)
        return json.loads(text)


def until(condition, what, seconds=30.0):
    """Waits for a condition and returns how long that took."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() > begun + seconds:
            raise AssertionError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.01)
    return time.monotonic() - begun


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Cluster:
    """`count` nodes n1, n2, ... that are ready, with all shards served, over a primary with a synchronous standby."""

    def __init__(self, binary, count=3, standby=True, options=(), proxies=False, tls=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-cluster-"))
        self.database = rig.temporary()
        self.binary = binary
        self.standby = standby
        self.options = [*options, *([] if standby else ["--cluster.unsafe_single_copy"])]
        self.count = count
        self.proxies = proxies
        self.tls = tls
        self.nodes = []
        self.keep = False

    def __enter__(self):
        try:
            self.database.start(self.standby)
            self.nodes = [self.make_node(f"n{i + 1}") for i in range(self.count)]
            # The first makes what all have in common.
            self.nodes[0].start()
            with concurrent.futures.ThreadPoolExecutor(self.count) as pool:
                list(pool.map(lambda node: node.start(), self.nodes[1:]))
            self.wait_balanced()
        except BaseException:
            self.keep = True
            self.__exit__()
            raise
        return self

    def __exit__(self, kind=None, *_):
        for node in self.nodes:
            if node.alive():
                node.thaw()
                node.kill()
            for proxy in node.proxies:
                proxy.close()
        self.database.remove()
        if kind is not None or self.keep:
            for node in self.nodes:
                with contextlib.suppress(OSError):
                    print(f"--- {node.name}\n" + node.log.read_text()[-6000:], file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_node(self, name):
        dsn, proxies = self.database.dsn(), []
        if self.proxies:
            servers = [server for server in self.database.servers if os.path.isdir(server.data)]
            proxies = [Proxy(server.port) for server in servers]
            for server, proxy in zip(servers, proxies):
                dsn = dsn.replace(str(server.port), str(proxy.port))
        return ClusterNode(self.binary, self.folder, name, dsn, [*self.options, *self.certificate(name)], proxies)

    def certificate(self, name):
        """Options of a node that speaks TLS to the others, by an authority of this cluster."""
        if not self.tls:
            return []
        authority, key, cert = (self.folder / each for each in ("ca.pem", f"{name}.key", f"{name}.pem"))
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        if not authority.exists():
            openssl("req", "-x509", *curve, "-subj", "/CN=nodes", "-keyout", self.folder / "ca.key", "-out", authority)
        request = self.folder / f"{name}.csr"
        openssl("req", *curve, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", authority, "-CAkey", self.folder / "ca.key", "-CAcreateserial",
                "-out", cert)
        return ["--cluster.tls.cert", str(cert), "--cluster.tls.key", str(key), "--cluster.tls.ca", str(authority)]

    def alive(self):
        return [node for node in self.nodes if node.alive()]

    def owners(self, by=None):
        """The id of each shard's owner, by number, as the database has it now."""
        rows = self.database.primary.query("select owner from shard_owner order by shard").splitlines()
        return [row.split(":")[0] for row in rows]

    def wait_balanced(self, seconds=60.0):
        """Until each of the nodes that live serves its share; returns how long that took."""
        nodes = self.alive()
        low = 256 // len(nodes)

        def balanced():
            served = [self.metric(node, "muster_cluster_shards") for node in nodes]
            return sum(served) == 256 and min(served) >= low

        return until(balanced, "the shards to be balanced", seconds)

    @staticmethod
    def metric(node, name):
        with contextlib.suppress(OSError):
            _, text = node.request("GET", "/metrics", timeout=5)
            for line in text.splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        return 0.0

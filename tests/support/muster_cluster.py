"""A cluster of real muster-nodes over PostgreSQL servers of its own, all on this machine. Standard library only."""

import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "postgres"))

import rig  # noqa: E402
from muster_node import Node, free_port  # noqa: E402
from namespaces import Network  # noqa: E402

ADMINISTRATOR = ("sysadmin@thingsboard.org", "sysadmin")
TENANT = ("tenant@thingsboard.org", "tenant")


def node_options(name, dsn, port, cluster="test", address="127.0.0.1"):
    # Its sessions carry the node's name, for people and for triggers of tests.
    return ["--node.id", name, "--cluster.name", cluster, "--cluster.dsn", f"{dsn} application_name={name}",
            "--cluster.address", address, "--cluster.port", str(port), "--demo"]


class ClusterNode(Node):
    """One node, which may be frozen."""

    def __init__(self, binary, folder, name, dsn, options=(), address="127.0.0.1", wrapper=()):
        self.name = name
        super().__init__(binary, folder / name, [*node_options(name, dsn, free_port(), address=address), *options],
                         wrapper=wrapper, address=address)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def request(self, method, path, body=None, headers=(), timeout=30):
        """(status, text); OSError when there was no answer."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=timeout)
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
        connection = http.client.HTTPConnection(self.address, self.port, timeout=30)
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


def shard_of(device):
    """The shard of a device's id: FNV-1a over its bytes, folded (actors/model/shard.hpp)."""
    value = 0xCBF29CE484222325
    for byte in uuid.UUID(device).bytes:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return (value ^ value >> 32) % 256


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Cluster:
    """`count` nodes n1, n2, ... that are ready, with all shards served, over a primary with a synchronous standby.
    With `network`, each is in a namespace of its own, and off loopback they need TLS."""

    def __init__(self, binary, count=3, standby=True, options=(), network=False, tls=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-cluster-"))
        self.network = Network() if network else None
        self.database = rig.temporary(self.network.addresses["database"] if network else "127.0.0.1")
        self.binary = binary
        self.standby = standby
        self.options = [*options, *([] if standby else ["--cluster.unsafe_single_copy"])]
        self.count = count
        self.tls = tls or network
        self.nodes = []
        self.keep = False

    def __enter__(self):
        try:
            self.start_database()
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
        self.database.remove()
        if self.network:
            self.network.close()
        if kind is not None or self.keep:
            for node in self.nodes:
                with contextlib.suppress(OSError):
                    print(f"--- {node.name}\n" + node.log.read_text()[-40000:], file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_database(self):
        self.database.start(self.standby)

    def make_node(self, name):
        options = [*self.options, *self.certificate(name)]
        place = self.network.add(name) if self.network else ()
        return ClusterNode(self.binary, self.folder, name, self.database.dsn(), options, *place)

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

    def owner_rows(self):
        """Node and generation (`n1:3`) of each shard's owner, by number, as the database has it now."""
        return self.database.primary.query("select owner from shard_owner order by shard").splitlines()

    def owners(self):
        """The id of each shard's owner, by number."""
        return [row.split(":")[0] for row in self.owner_rows()]

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

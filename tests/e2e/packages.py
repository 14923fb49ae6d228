"""Packages as real clients handle them, over real sockets: an upload that a kill interrupts, one that
succeeds, a device that fetches its firmware chunk by chunk across a restart, slow and TLS clients, and
little memory throughout. Usage: packages.py MUSTER_NODE"""

import hashlib
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import warnings

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node, free_port  # noqa: E402
from story import Application  # noqa: E402

MB = 1024 * 1024
CHUNK = 16 * 1024
TOKEN = "A1_TEST_TOKEN"
BYTES = hashlib.shake_256(b"firmware").digest(20 * MB + 5)
# Far below the package, far above what a node needs by itself to serve these clients.
MOST_GROWTH = 16 * MB


def most_growth(node):
    # The address sanitizer holds on to 256 MB of what was freed.
    return MOST_GROWTH + (256 * MB if node.instrumented() else 0)


def make_package(application, title):
    return application.post("/api/otaPackage", {"title": title, "version": "1", "type": "FIRMWARE",
                                                "usesUrl": False})["id"]["id"]


def upload_and_kill(node, application, package):
    """Sends half of a package; the node dies; nothing of it may be left."""
    wire = socket.create_connection(("127.0.0.1", node.port))
    head = (b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n')
    wire.sendall(f"POST /api/otaPackage/{package}?checksumAlgorithm=MD5 HTTP/1.1\r\nHost: a\r\n"
                 f"X-Authorization: {application.session.headers['X-Authorization']}\r\n"
                 f"Content-Type: multipart/form-data; boundary=cut\r\n"
                 f"Content-Length: {len(BYTES)}\r\n\r\n".encode() + head + BYTES[:8 * MB])
    folder = node.data_dir / "packages"
    while not any(each.stat().st_size > MB for each in folder.iterdir()):
        assert node.alive()
    node.kill()
    wire.close()
    assert list(folder.iterdir()), "the upload has left no trace to be removed"
    node.start()
    assert not list(folder.iterdir()), "the restart leaves what the killed upload wrote"
    assert application.get(f"/api/otaPackage/info/{package}")["hasData"] is False


def upload(application, package, base=None, **arguments):
    base = base or f"http://127.0.0.1:{application.node.port}"
    answer = application.session.post(
        f"{base}/api/otaPackage/{package}", timeout=120, **arguments,
        files={"file": ("firm ware.bin", BYTES, "application/octet-stream")},
        data={"checksumAlgorithm": "SHA256", "checksum": hashlib.sha256(BYTES).hexdigest()})
    saved = application.take(answer)
    assert saved["dataSize"] == len(BYTES) and saved["fileName"] == "firm ware.bin", saved


def assign(application, package):
    device = application.get("/api/tenant/devices", deviceName="Test Device A1")
    device["firmwareId"] = {"entityType": "OTA_PACKAGE", "id": package}
    application.post("/api/device", device)


class Firmware:
    """The loop of the device SDKs: chunks until an empty one."""

    def __init__(self, base, **arguments):
        self.base, self.arguments, self.got, self.chunk = base, arguments, b"", 0

    def fetch(self, chunks=1_000_000):
        with requests.Session() as session:
            for _ in range(chunks):
                answer = session.get(f"{self.base}/api/v1/{TOKEN}/firmware", timeout=30, **self.arguments,
                                     params={"title": "firmware", "version": "1", "size": CHUNK,
                                             "chunk": self.chunk})
                assert answer.status_code == 200, answer.status_code
                if not answer.content:
                    return
                self.got += answer.content
                self.chunk += 1


def fetch_across_restart(node, application):
    device = Firmware(f"http://127.0.0.1:{node.port}")
    device.fetch(chunks=300)
    node.kill()
    node.start()
    device.fetch()
    assert hashlib.sha256(device.got).digest() == hashlib.sha256(BYTES).digest()
    answer = application.session.get(
        application.url(f"/api/otaPackage/{application.package}/download"), timeout=60)
    assert answer.content == BYTES and answer.headers["x-filename"] == "firm ware.bin", answer.headers


def upload_and_fetch_over_tls(node, application):
    with warnings.catch_warnings():
        # The certificate is the test's own.
        warnings.simplefilter("ignore")
        upload(application, make_package(application, "over TLS"), f"https://127.0.0.1:{node.tls_port}",
               verify=False)
        device = Firmware(f"https://127.0.0.1:{node.tls_port}", verify=False)
        device.fetch(chunks=50)
        assert device.got == BYTES[:50 * CHUNK]
        whole = requests.get(f"https://127.0.0.1:{node.tls_port}/api/v1/{TOKEN}/firmware", timeout=60,
                             params={"title": "firmware", "version": "1"}, verify=False)
        assert whole.content == BYTES


def read_body(wire):
    """What is left of an answer whose first bytes were taken, without its head."""
    got = bytearray()
    while (head := got.find(b"\r\n\r\n")) < 0 or len(got) < head + 4 + len(BYTES):
        part = wire.recv(MB)
        assert part, "the download ended early"
        got += part
    return bytes(got[head + 4:])


def slow_clients_cost_little(node):
    """Many ask for the whole package and take nothing of it; one among them takes it all."""
    before = node.memory()
    request = f"GET /api/v1/{TOKEN}/firmware?title=firmware&version=1 HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    slow = [socket.create_connection(("127.0.0.1", node.port)) for _ in range(100)]
    for wire in slow:
        wire.sendall(request)
        assert wire.recv(15) == b"HTTP/1.1 200 OK"
    quick = [Firmware(f"http://127.0.0.1:{node.port}") for _ in range(20)]
    threads = [threading.Thread(target=each.fetch, args=(100,)) for each in quick]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert all(each.got == BYTES[:100 * CHUNK] for each in quick)
    growth = node.memory() - before
    assert growth < most_growth(node), f"{growth / MB:.1f} MB for 120 clients"
    assert read_body(slow[50]) == BYTES
    for wire in slow:
        wire.close()


def tell(binary, folder):
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", "/CN=localhost", "-out", certificate, "-keyout", key], check=True,
                   stderr=subprocess.DEVNULL)
    tls_port = free_port()
    node = Node(binary, folder / "data", ["--demo", "--http.tls.cert", str(certificate), "--http.tls.key", str(key),
                                          "--http.tls.port", str(tls_port)])
    node.tls_port = tls_port
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        application.package = make_package(application, "firmware")
        upload_and_kill(node, application, application.package)
        before = node.memory()
        upload(application, application.package)
        growth = node.memory() - before
        assert growth < most_growth(node), f"{growth / MB:.1f} MB for an upload of {len(BYTES) / MB:.0f} MB"
        assign(application, application.package)
        fetch_across_restart(node, application)
        upload_and_fetch_over_tls(node, application)
        slow_clients_cost_little(node)
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        tell(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
    print("The packages came whole.")

#!/usr/bin/python3
"""muster-node and its connections: write deadline, certificates read again, trusted proxies."""

import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from muster_node import Node, free_port  # noqa: E402

BINARY = sys.argv.pop(1)
#: More than the sockets of both sides hold together.
LARGE = 24 << 20
ASKED = b"GET /api/v1/A1_TEST_TOKEN/attributes?clientKeys=large HTTP/1.1\r\nHost: x\r\n\r\n"


def eventually(holds, within=30):
    """Asks again until it holds: what is awaited has no answer of its own."""
    end = time.monotonic() + within
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class ConnectionTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def node(self, *options):
        node = Node(BINARY, self.path / "data", ["--demo", *options])
        self.addCleanup(lambda: node.alive() and node.kill())
        node.start()
        return node

    def connect(self, port):
        raw = socket.create_connection(("127.0.0.1", port), 60)
        self.addCleanup(raw.close)
        return raw

    def ask(self, connection, request, size=65536):
        connection.sendall(request)
        return connection.recv(size)

    # The write deadline.

    def node_with_large_answer(self):
        node = self.node("--http.write_timeout", "500")
        body = b'{"large":"' + b"x" * LARGE + b'"}'
        head = b"POST /api/v1/A1_TEST_TOKEN/attributes HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.assertIn(b" 200 ", self.ask(self.connect(node.port), head + body))
        return node

    def slow_reader(self, node):
        raw = socket.socket()
        self.addCleanup(raw.close)
        # Before the connection is there, so that it bounds the window.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        raw.settimeout(60)
        raw.connect(("127.0.0.1", node.port))
        raw.sendall(ASKED)
        return raw

    def test_a_client_that_stops_reading_is_dropped(self):
        node = self.node_with_large_answer()
        files = f"/proc/{node.process.pid}/fd"
        before = len(os.listdir(files))
        raw = self.slow_reader(node)
        self.assertIn(b" 200 ", raw.recv(4096))
        self.assertEqual(len(os.listdir(files)), before + 1)
        self.assertTrue(eventually(lambda: len(os.listdir(files)) <= before))
        with self.assertRaises(ConnectionResetError):
            while raw.recv(1 << 20):
                pass
        self.assertTrue(node.ready())

    def test_a_client_that_reads_slowly_gets_all(self):
        node = self.node_with_large_answer()
        raw = self.slow_reader(node)
        received, begun = 0, time.monotonic()
        # Several times the deadline, but never so long without a byte.
        while time.monotonic() < begun + 2:
            received += len(raw.recv(65536))
            time.sleep(0.05)
        self.assertLess(received, LARGE)
        while received < LARGE:
            data = raw.recv(1 << 20)
            self.assertTrue(data, f"cut off after {received} bytes")
            received += len(data)

    # The certificate.

    def make_certificate(self, name):
        made = [self.path / f"new-{part}.pem" for part in ("cert", "key")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", f"/CN={name}", "-out", made[0], "-keyout", made[1]], check=True,
                       stderr=subprocess.DEVNULL)
        for file in made:
            file.rename(self.path / file.name.removeprefix("new-"))

    def tls(self, port):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = context.wrap_socket(self.connect(port))
        self.addCleanup(connection.close)
        return connection

    def shown(self, port):
        """Whether the server shows the certificate that lies in the file now."""
        lying = ssl.PEM_cert_to_DER_cert((self.path / "cert.pem").read_text())
        with self.tls(port) as connection:
            return connection.getpeercert(binary_form=True) == lying

    def test_a_hangup_reads_the_certificate_again(self):
        self.make_certificate("first")
        port = free_port()
        node = self.node("--http.tls.cert", str(self.path / "cert.pem"), "--http.tls.key",
                         str(self.path / "key.pem"), "--http.tls.port", str(port))
        old = self.tls(port)
        self.assertTrue(self.shown(port))
        self.make_certificate("second")
        self.assertFalse(self.shown(port))
        node.process.send_signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: self.shown(port)))
        # Connections of before live on.
        self.assertIn(b" 200 ", self.ask(old, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"))
        good = (self.path / "cert.pem").read_text()
        (self.path / "cert.pem").write_text("broken")
        node.process.send_signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: "The certificate stays as it was" in node.log.read_text()))
        (self.path / "cert.pem").write_text(good)
        self.assertTrue(self.shown(port))

    # Trusted proxies.

    def logged_address(self, node, forwarded):
        request = f"GET /api/v1/nobody/attributes HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {forwarded}\r\n\r\n"
        self.assertIn(b" 401 ", self.ask(self.connect(node.port), request.encode()))
        lines = []

        def there():
            lines[:] = [line for line in node.log.read_text().splitlines() if "GET /api/v1/" in line]
            return lines
        self.assertTrue(eventually(there))
        return lines[-1].split(" GET ")[0].split()[-1]

    def test_a_client_behind_a_trusted_proxy_is_known_by_its_own_address(self):
        node = self.node("--log.level", "debug", "--http.trusted_proxies", "10.0.0.0/8,127.0.0.0/8")
        # From the right: the first that is no trusted proxy; what a client claims before that is worth nothing.
        self.assertEqual(self.logged_address(node, "198.51.100.1, 203.0.113.9, 10.1.2.3"), "203.0.113.9")

    def test_others_cannot_choose_their_address(self):
        node = self.node("--log.level", "debug", "--http.trusted_proxies", "10.0.0.0/8")
        self.assertEqual(self.logged_address(node, "203.0.113.9"), "127.0.0.1")


if __name__ == "__main__":
    unittest.main()

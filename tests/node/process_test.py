#!/usr/bin/python3
"""muster-node as a process: start, signals, exit codes, health and metrics."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from muster_node import Node  # noqa: E402

BINARY = sys.argv.pop(1)


class ProcessTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def node(self, *options):
        node = Node(BINARY, self.path / "data", options)
        self.addCleanup(lambda: node.alive() and node.kill())
        node.start()
        return node

    def end_of(self, *options):
        """Runs the program to its end: exit code and what it said."""
        done = subprocess.run([BINARY, *options], capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout + done.stderr

    def get(self, node, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{node.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def test_ends_well_on_both_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            node = self.node()
            node.process.send_signal(number)
            self.assertEqual(node.process.wait(12), 0)

    def test_ends_on_a_signal_while_it_waits_for_its_database(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            dsn = f"host=127.0.0.1 port={silent.getsockname()[1]} dbname=muster"
            node = subprocess.Popen([BINARY, "--data.dir", str(self.path / "data"), "--cluster.dsn", dsn, "--node.id",
                                     "n1", "--cluster.address", "127.0.0.1"], stderr=subprocess.PIPE, text=True)
            self.addCleanup(lambda: (node.kill(), node.wait(), node.stderr.close()))
            silent.settimeout(30)
            with silent.accept()[0]:
                node.send_signal(signal.SIGTERM)
                self.assertEqual(node.wait(1.5), 0)
            self.assertIn("Stopping before the node was ready", node.stderr.read())

    def test_says_the_first_password_once_and_makes_another_on_demand(self):
        node = self.node()
        node.stop()
        self.assertEqual(node.log.read_text().count("has the password"), 1)
        node.start()
        self.assertEqual(self.end_of("--reset-admin", "--data.dir", str(node.data_dir))[0], 1)
        node.stop()
        self.assertEqual(node.log.read_text().count("has the password"), 1)
        code, said = self.end_of("--reset-admin", "--data.dir", str(node.data_dir))
        self.assertEqual(code, 0)
        self.assertEqual(len(said.strip()), 20)

    def test_health_and_metrics(self):
        node = self.node("--demo")
        self.assertEqual(self.get(node, "/health/live"), (200, '{"status":"UP"}'))
        self.assertEqual(self.get(node, "/health/ready")[0], 200)
        request = urllib.request.Request(
            f"http://127.0.0.1:{node.port}/api/v1/A1_TEST_TOKEN/telemetry", data=b'{"temperature":42}')
        self.assertEqual(urllib.request.urlopen(request, timeout=10).status, 200)
        status, text = self.get(node, "/metrics")
        self.assertEqual(status, 200)
        self.assertIn(
            'muster_http_requests_total{method="POST",path="/api/v1/{token}/telemetry",code="200"} 1\n', text)
        self.assertIn('muster_devices{state="active"} 1\n', text)
        self.assertIn("muster_store_writable 1\n", text)
        self.assertIn('muster_commit_duration_seconds_bucket{le="+Inf"}', text)
        self.assertRegex(text, r"process_resident_memory_bytes \d+\n")
        self.assertNotIn("A1_TEST_TOKEN", text)

    def test_refuses_a_data_folder_in_use(self):
        node = self.node()
        code, said = self.end_of("--data.dir", str(node.data_dir), "--http.port", "0")
        self.assertEqual(code, 1)
        self.assertIn(str(node.data_dir), said)

    def test_refuses_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            code, said = self.end_of("--data.dir", str(self.path / "data"), "--http.address", "127.0.0.1",
                                     "--http.port", port)
        self.assertEqual(code, 1)
        self.assertIn(port, said)
        self.assertNotIn("has the password", said)
        node = self.node()
        self.assertEqual(node.log.read_text().count("has the password"), 1)

    def test_refuses_a_certificate_it_cannot_read(self):
        broken = self.path / "broken.pem"
        broken.write_text("not a certificate")
        code, said = self.end_of("--data.dir", str(self.path / "data"), "--http.port", "off", "--http.tls.cert",
                                 str(broken), "--http.tls.key", str(broken), "--http.tls.port", "0")
        self.assertEqual(code, 1)
        self.assertIn("broken.pem", said)

    def test_refuses_options_it_does_not_know(self):
        code, said = self.end_of("--http.prot", "1")
        self.assertEqual(code, 2)
        self.assertIn("http.prot", said)

    def test_help_and_version_are_no_errors(self):
        self.assertEqual(self.end_of("--help")[0], 0)
        self.assertEqual(self.end_of("--version")[0], 0)

    def test_tells_its_service_manager_how_it_does(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            name = f"\0muster-test-{os.getpid()}"
            manager.bind(name)
            manager.settimeout(30)
            about = {"NOTIFY_SOCKET": "@" + name[1:], "WATCHDOG_USEC": "100000"}
            node = Node(BINARY, self.path / "data", wrapper=["env", *(f"{key}={value}" for key, value in about.items())])
            self.addCleanup(lambda: node.alive() and node.kill())
            node.start()
            heard = []
            while heard.count("WATCHDOG=1") < 3 or "READY=1" not in heard:
                heard.append(manager.recv(100).decode())
            node.process.terminate()
            while heard[-1] != "STOPPING=1":
                heard.append(manager.recv(100).decode())
            self.assertEqual(node.stop(), 0)
        self.assertEqual(set(heard), {"WATCHDOG=1", "READY=1", "STOPPING=1"})

    def test_hangup_keeps_it_running(self):
        node = self.node()
        node.process.send_signal(signal.SIGHUP)
        self.assertEqual(self.get(node, "/health/ready")[0], 200)
        self.assertEqual(node.stop(), 0)


if __name__ == "__main__":
    unittest.main()

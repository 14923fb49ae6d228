#!/usr/bin/python3
"""Runs muster-bench against the bare handler, plain and over TLS, in each of its load shapes."""

import json
import pathlib
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from free_port import free_port  # noqa: E402


def start(handler, port, extra):
    process = subprocess.Popen([handler, "--port", str(port), *extra])
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except ConnectionRefusedError:
            continue
    raise SystemExit("the bare handler ended")


def check(bench, port, fleet, extra, at_least):
    command = [bench, "load", "--port", str(port), "--fleet", fleet, *extra]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert result["answers"] >= at_least, result
    assert result["refused"] == {} and result["lost"] == 0 and result["unsent"] == 0, result
    assert 0 < result["latency"]["p50"] <= result["latency"]["max"], result


def main():
    bench, handler = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        fleet = folder / "fleet.txt"
        fleet.write_text("".join(f"token{i} id{i}\n" for i in range(1000)))
        certificate = ["--cert", str(folder / "cert.pem"), "--key", str(folder / "key.pem")]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=localhost", "-out", certificate[1], "-keyout", certificate[3]],
            check=True, stderr=subprocess.DEVNULL)
        for tls in ([], ["--tls"]):
            port = free_port()
            server = start(handler, port, certificate if tls else [])
            try:
                check(bench, port, fleet, [*tls, "--once"], 1000)
                check(bench, port, fleet, [*tls, "--duration", "0.3", "--warm-up", "0"], 100)
                check(bench, port, fleet, [*tls, "--duration", "0.3", "--warm-up", "0", "--rate", "1000", "--random"], 300)
            finally:
                server.terminate()
                server.wait()


main()

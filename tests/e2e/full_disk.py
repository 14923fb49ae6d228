"""A disk that fills up while a package comes in: the upload is told so, nothing of it stays, and the node
goes on by itself. Usage: full_disk.py MUSTER_NODE. Needs the right to mount a small file system, or a user
namespace with one; without either it says that it was skipped."""

import hashlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import requests

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "support")]
sys.dont_write_bytecode = True

from muster_node import Node  # noqa: E402
from story import Application  # noqa: E402

MB = 1024 * 1024
DISK = 96 * MB
TOKEN = "A1_TEST_TOKEN"


def make_package(application, title):
    return application.post("/api/otaPackage", {"title": title, "version": "1", "type": "FIRMWARE"})["id"]["id"]


def upload(application, package, size):
    """Sends until it is answered or all is out; the status and the JSON of the answer."""
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    tail = b"\r\n--cut--\r\n"
    with socket.create_connection(("127.0.0.1", application.node.port), 60) as wire:
        wire.sendall(f"POST /api/otaPackage/{package}?checksumAlgorithm=MD5 HTTP/1.1\r\nHost: a\r\n"
                     f"X-Authorization: {application.session.headers['X-Authorization']}\r\n"
                     f"Content-Type: multipart/form-data; boundary=cut\r\n"
                     f"Content-Length: {len(head) + size + len(tail)}\r\n\r\n".encode() + head)
        try:
            for _ in range(size // MB):
                wire.sendall(bytes(MB))
            wire.sendall(tail)
        except OSError:
            pass  # The node has answered and takes no more.
        with wire.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            headers = {}
            while (line := answer.readline().strip()):
                name, _, value = line.decode().partition(": ")
                headers[name.lower()] = value
            return status, headers, json.loads(answer.read(int(headers["content-length"])))


def fill(folder, left):
    """A file of its own takes all but so much of the disk."""
    filler = folder / "filler"
    disk = os.statvfs(folder)
    with open(filler, "wb") as file:
        file.write(bytes(max(0, disk.f_bavail * disk.f_frsize - left)))
    return filler


def serves_again(node):
    """Ready, and devices are served; without anybody's help, within seconds."""
    until = time.monotonic() + 20
    while not node.ready() or requests.post(f"http://127.0.0.1:{node.port}/api/v1/{TOKEN}/telemetry", data="{a:1}",
                                            timeout=30).status_code != 200:
        assert node.alive() and time.monotonic() < until, "the node does not go on"
        time.sleep(0.01)


def check_refusal(node, application, package, size):
    status, headers, told = upload(application, package, size)
    assert status == 503 and told["message"] == "The disk is nearly full" and told["errorCode"] == 2, (status, told)
    assert int(headers["retry-after"]) > 0, headers
    assert not list((node.data_dir / "packages").iterdir()), "something of the upload is left"
    assert application.get(f"/api/otaPackage/info/{package}")["hasData"] is False
    serves_again(node)


def tell(binary, folder, min_free):
    with Node(binary, folder / "data", ["--demo", "--data.min_free", str(min_free), "--data.memory", str(8 * MB)],
              log=folder.parent / "node.log") as node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        package = make_package(application, "large")
        for _ in range(2):
            check_refusal(node, application, package, DISK)
        # Somebody else fills the disk.
        filler = fill(folder, min_free + 8 * MB)
        check_refusal(node, application, package, 16 * MB)
        filler.unlink()
        serves_again(node)
        status, _, saved = upload(application, package, 4 * MB)
        assert status == 200 and saved["checksum"] == hashlib.md5(bytes(4 * MB)).hexdigest(), saved
        got = application.session.get(application.url(f"/api/otaPackage/{package}/download"), timeout=30)
        assert got.content == bytes(4 * MB)
        node.kill()
        node.start()
        serves_again(node)
        assert application.get(f"/api/otaPackage/info/{package}")["hasData"] is True
        assert node.stop() == 0


def with_disk(binary, min_free):
    with tempfile.TemporaryDirectory() as name:
        disk = pathlib.Path(name) / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk],
                                 stderr=subprocess.DEVNULL)
        if mounted.returncode != 0:
            print("skipped: a small disk cannot be mounted")
            return
        try:
            tell(binary, disk, min_free)
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    if os.geteuid() != 0 and "--in-namespace" not in sys.argv:
        command = ["unshare", "--map-root-user", "--mount", sys.executable, *sys.argv, "--in-namespace"]
        if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], stderr=subprocess.DEVNULL).returncode == 0:
            sys.exit(subprocess.run(command).returncode)
    with_disk(binary, 0)
    with_disk(binary, 16 * MB)
    print("Full disks were told of, and left behind.")


if __name__ == "__main__":
    main()

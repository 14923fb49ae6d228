"""The figure of packages: what a large upload and many downloads at once take of the node's memory."""

import http.client
import json
import random
import threading
import time

from figures.figure import Figure

MB = 1024 * 1024
CHUNK = 16 * 1024
PIECE = bytes(range(256)) * 4096


class Application:
    """One connection of the demo tenant's administrator."""

    def __init__(self, node):
        self.connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=600)
        self.headers = {"Content-Type": "application/json"}
        login = self.call("POST", "/api/auth/login",
                          json.dumps({"username": "tenant@thingsboard.org", "password": "tenant"}))
        self.headers["X-Authorization"] = f"Bearer {login['token']}"

    def call(self, method, path, body=None, **headers):
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {text}")
        return json.loads(text)


def upload(application, size):
    """Sends a package of so many bytes without ever holding it; its record."""
    package = application.call("POST", "/api/otaPackage", json.dumps(
        {"title": "bench", "version": "1", "type": "FIRMWARE", "usesUrl": False}))
    head = (b'--cut\r\nContent-Disposition: form-data; name="file"; filename="bench.bin"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n")
    tail = b"\r\n--cut--\r\n"

    def body():
        yield head
        for _ in range(size // len(PIECE)):
            yield PIECE
        yield tail
    return application.call("POST", f"/api/otaPackage/{package['id']['id']}?checksumAlgorithm=SHA256", body(),
                            **{"Content-Type": "multipart/form-data; boundary=cut",
                               "Content-Length": str(len(head) + size + len(tail))})


def fetch(node, size, chunks, number, problems):
    """One device's chunks, from a place of its own on."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
        last = size // CHUNK
        first = random.Random(number).randrange(last)
        for i in range(chunks):
            chunk = (first + i) % last
            connection.request("GET", f"/api/v1/A1_TEST_TOKEN/firmware?title=bench&version=1&size={CHUNK}&chunk={chunk}")
            answer = connection.getresponse()
            got = answer.read()
            start = chunk * CHUNK % len(PIECE)
            if answer.status != 200 or got != PIECE[start:start + CHUNK]:
                raise RuntimeError(f"chunk {chunk}: {answer.status}, {len(got)} bytes")
    except (OSError, RuntimeError, http.client.HTTPException) as problem:
        problems.append(problem)


class Watch:
    """The most memory that the node has while this lives."""

    def __init__(self, node):
        self.node, self.most, self.ended = node, node.memory(), threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.ended.wait(0.05):
            self.most = max(self.most, self.node.memory())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def run(bench):
    """a package of 1 GB and 200 devices that fetch chunks of it at once: growth of memory"""
    size, chunks = (64 * MB, 20) if bench.short else (1024 * MB, 200)
    node = bench.node(bench.fresh_folder("packages"))
    application = Application(node)
    device = application.call("GET", "/api/tenant/devices?deviceName=Test%20Device%20A1")
    before = node.memory()
    with Watch(node) as watch:
        started = time.monotonic()
        package = upload(application, size)
        uploaded = time.monotonic()
        after_upload = watch.most
        application.call("POST", "/api/device", json.dumps({**device, "firmwareId": package["id"]}))
        problems = []
        devices = [threading.Thread(target=fetch, args=(node, size, chunks, i, problems)) for i in range(200)]
        fetching = time.monotonic()
        for each in devices:
            each.start()
        for each in devices:
            each.join()
        fetched = time.monotonic()
    bench.stop(node)
    if problems:
        raise RuntimeError(f"{len(problems)} of 200 devices failed: {problems[0]}")
    return [Figure(f"package of {size // MB} MB, 200 devices fetch chunks: growth of memory", "MB",
                   (watch.most - before) / MB, 64, 32,
                   detail={"before": before, "after_upload": after_upload, "most": watch.most,
                           "upload_seconds": uploaded - started,
                           "chunks_per_second": 200 * chunks / (fetched - fetching)})]

"""Bad clients of a fleet's endpoints: provisioning, claims, packages, binary bodies, certificates,
administration. As in attacks.py, one function a kind. The scene has a `fleet`: see fleet.py."""

import json
import struct

from attacks import check, check_own
from wire import get, post

#: What a device or an application may be told of its mistakes.
REFUSALS = (400, 401, 403, 404, 405, 409, 413, 415, 429)


def ask(scene, request):
    """The one answer to a request; None when the connection was closed instead."""
    with scene.wire() as wire:
        wire.send(request)
        return wire.answer()


def still_serves(scene, wire):
    """The connection lives on after a refusal."""
    device = scene.pick()
    wire.send(get(f"/api/v1/{device.token}/attributes"))
    check_own(wire.answer(), device)


def refused_or_done(scene, request, what, also=(200,)):
    answer = ask(scene, request)
    check(answer is not None and answer[0] in (*REFUSALS, *also), f"{what}: {answer}")
    return answer


# What is no JSON, or JSON of another shape, or of more of it than anybody needs.

def junk_body(scene):
    deep = scene.random.randint(60, 20_000)
    long = "x" * scene.random.randint(200, 60_000)
    return scene.random.choice([
        b"", b" ", b"{", b"[]", b"[1]", b"null", b"5", b'"text"', b"\xff\xfe", b"{}", b"{}{}", b"[" * deep,
        b'{"a":' * deep, b'{"a":1e999999}', scene.random.randbytes(300),
        json.dumps({long: 1}).encode(), json.dumps({name: long for name in MEMBERS}).encode(),
        json.dumps({name: junk_value(scene) for name in scene.random.sample(MEMBERS, 8)}).encode(),
    ])


def junk_value(scene):
    return scene.random.choice([
        None, True, -1, 2**63, 1.5, "", " ", "\0", "x" * 300, "é" * 300, "\ud83d\ude00", [], {}, [[]], {"id": None},
        {"id": "x"}, {"entityType": "DEVICE", "id": scene.fleet.nobody}, {"entityType": 5, "id": 5}, [{"id": "x"}] * 3])


MEMBERS = ["name", "title", "version", "type", "label", "email", "authority", "deviceName", "provisionDeviceKey",
           "provisionDeviceSecret", "credentialsType", "token", "hash", "clientId", "username", "password", "gateway",
           "secretKey", "durationMs", "id", "tenantId", "customerId", "deviceProfileId", "firmwareId", "softwareId",
           "additionalInfo", "profileData", "provisionType", "transportType", "tag", "url", "usesUrl", "deviceData",
           "device", "credentials", "credentialsId", "credentialsValue", "deviceId", "firstName", "phone", "country",
           "activateToken", "default", "description", "image"]


def provision_junk(scene):
    known = {"provisionDeviceKey": "fleet key", "provisionDeviceSecret": scene.random.choice(["fleet secret", "wrong"])}
    body = scene.random.choice([
        junk_body(scene),
        json.dumps(known | {name: junk_value(scene) for name in scene.random.sample(MEMBERS, 4)}).encode(),
        json.dumps(known | {"deviceName": "x" * scene.random.randint(200, 60_000)}).encode(),
        json.dumps(known | {"deviceName": "Fleet 1"}).encode(),
        json.dumps(known | {"credentialsType": "X509_CERTIFICATE", "hash": "no certificate"}).encode(),
        b" " * scene.random.randint(65_537, 200_000)])
    refused_or_done(scene, post("/api/v1/provision", body), "provisioning")


def claim_junk(scene):
    """From both sides."""
    if scene.random.random() < 0.5:
        return refused_or_done(scene, post(f"/api/v1/{scene.pick().token}/claim", junk_body(scene)), "an offer")
    name = scene.random.choice(["Test%20Device%20A1", "%00", "..", "%2e%2e%2f", "x" * 300, "%ff", "%"])
    return refused_or_done(scene, post(f"/api/customer/device/{name}/claim", junk_body(scene), scene.fleet.customer),
                           "a claim")


# Bodies of the binary codecs.

def cbor_bombs(deep, huge):
    """Deep in every way, longer than there is, of no kind, cut off."""
    sizes = struct.pack(">Q", 2**64 - 1), struct.pack(">Q", 2**63), struct.pack(">Q", huge), struct.pack(">I", huge)
    return [b"\x81" * deep, b"\xa1\x61a" * deep, b"\xc0" * deep, b"\x9f" * deep, b"\xbf\x61a" * deep, b"\x7f" * deep,
            b"\xbb" + sizes[0], b"\x9b" + sizes[1], b"\xbb" + sizes[2], b"\xa1\x7b" + sizes[1] + b"a",
            b"\xa1\x5a" + sizes[3] + b"a", b"\xa1\x61a\xfb", b"\xa1\x61a\xfb\x7f\xf0" + bytes(6), b"\xff", b"\x1c",
            b"\xa1\x61a\xf8\x00", b"\xa1\x01\x02", b"\xa1\x62\xff\xfe\x01", b"\xa1\x61a\xc2\x58\x20" + b"\xff" * 32,
            b"\xa1\x61a\xc2\x59\x7f\xff" + b"\xff" * 32_767]


def message_pack_bombs(deep, huge):
    size = struct.pack(">I", huge)
    return [b"\x91" * deep, b"\x81\xa1a" * deep, b"\xdd" + size, b"\xdf" + size, b"\x81\xdb" + size + b"a",
            b"\x81\xa1a\xc6" + size, b"\xc1", b"\x81\xa1a\xcb", b"\x81\xa1a\xc9" + size + b"\x01", b"\x81\x01\x02",
            b"\x81\xa2\xff\xfe\x01", b"\x81\xa1a\xd9\xff" + b"a" * 20]


def binary_bomb(scene):
    deep, huge = scene.random.randint(60, 60_000), scene.random.choice([2**16, 2**31, 2**32 - 1])
    name, bombs = scene.random.choice([("cbor", cbor_bombs), ("msgpack", message_pack_bombs)])
    return name, scene.random.choice([*bombs(deep, huge), scene.random.randbytes(200)])


def binary_junk(scene):
    codec, body = binary_bomb(scene)
    path = scene.random.choice(["telemetry", "attributes", "rpc/1", "rpc", "claim", None])
    target = f"/api/v1/{scene.pick().token}/{path}" if path else "/api/v1/provision"
    with scene.wire() as wire:
        wire.send(post(target, body, f"Content-Type: application/{codec}\r\n"))
        # A client-side RPC that can be read waits for an answer that nobody gives.
        if path == "rpc":
            return
        answer = wire.answer()
        check(answer is not None and answer[0] in (200, 400, 413, 429), f"{codec} {body[:40]!r} to {target}: {answer}")
        if answer[0] != 413:
            still_serves(scene, wire)


# Who says that he has shown a certificate has shown none.

def spoofed_certificate(scene):
    pem = scene.random.choice(["MIIB", "-----BEGIN%20CERTIFICATE-----%0AMIIB", "CN=A1_TEST_TOKEN", "SUCCESS"])
    name = scene.random.choice(["X-Client-Cert", "X-SSL-Client-Cert", "X-Forwarded-Client-Cert", "X-SSL-CERT",
                                "Client-Cert", "SSL_CLIENT_CERT", "X-ARR-ClientCert", "X-SSL-Client-Verify",
                                "X-Authorization", "Authorization"])
    value = "Bearer me" if name.endswith("Authorization") else pem
    answer = ask(scene, get("/api/v1/me/attributes", f"{name}: {value}\r\n"))
    check(answer is not None and answer[0] == 401 and not answer[2], f"{name}: {answer}")


# Packages.

def form(scene, file=b"firmware", boundary=b"cut", name=b'filename="f.bin"', fields=()):
    parts = [(b'name="file"; ' + name, file)] + [(b'name="%s"' % key, value) for key, value in fields]
    scene.random.shuffle(parts)
    return b"".join(b"--" + boundary + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + body + b"\r\n"
                    for head, body in parts) + b"--" + boundary + b"--\r\n"


def upload_request(scene, body, boundary="cut", query="?checksumAlgorithm=MD5", extra="", package=None):
    return post(f"/api/otaPackage/{package or scene.fleet.victim}{query}", body,
                f"{scene.fleet.tenant}Content-Type: multipart/form-data; boundary={boundary}\r\n{extra}")


def bad_forms(scene):
    """Each is refused: not one of them may give the victim its bytes."""
    large = scene.random.randbytes(1000) * scene.random.randint(1, 700)
    part = b'--cut\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n'
    return scene.random.choice([
        dict(body=form(scene, large), query="?checksumAlgorithm=SHA256&checksum=00"),
        dict(body=form(scene, large, fields=[(b"checksumAlgorithm", b"MD5"), (b"checksum", b"ff")]), query=""),
        dict(body=form(scene, large), query="?checksumAlgorithm=ROT13"),
        dict(body=form(scene, large), query=""),
        dict(body=form(scene, fields=[(b"checksum", b"f" * 5000)])),
        dict(body=form(scene), boundary=scene.random.choice(["", '""', "b" * 71, "b" * 5000, "other"])),
        dict(body=form(scene, name=b'filename=""')),
        dict(body=form(scene, name=b'x="y"')), dict(body=form(scene, name=b'filename="\xff\xfe"')),
        dict(body=form(scene, name=b'filename="%s"' % (b"n" * scene.random.randint(256, 9000)))),
        dict(body=part * 17 + form(scene)), dict(body=part * 3000),
        dict(body=form(scene, large) [:-8]), dict(body=form(scene, large)[:scene.random.randint(0, 60)]),
        dict(body=b"--cut\r\n" + b"X: y\r\n" * 3000 + b"\r\n"), dict(body=b"--cut\r\n" + b"y" * 10_000),
        dict(body=b"--cut\r\n\r\nno head\r\n--cut--"), dict(body=b"--cut--"), dict(body=b"--cut" + b" " * 100_000),
        dict(body=large), dict(body=b"\r\n--cut-" * 5000), dict(body=b"--cut\r\n: nameless\r\n\r\nx\r\n--cut--"),
        dict(body=form(scene, fields=[(b"file", b"twice")], name=b'filename="f"').replace(
            b'name="file"\r\n', b'name="file"; filename="g"\r\n')),
        dict(body=form(scene), package=scene.fleet.nobody), dict(body=form(scene), package="x"),
        dict(body=form(scene), package=scene.fleet.url_package),
    ])


def bad_upload(scene):
    wanted = bad_forms(scene)
    with scene.wire() as wire:
        wire.send(upload_request(scene, **wanted))
        answer = wire.answer()
        check(answer is not None and answer[0] in (400, 404),
              f"upload of {wanted['body'][:120]!r} {wanted.get('query')} {wanted.get('boundary')}: {answer}")


def aborted_upload(scene):
    """The client goes at any byte of it."""
    request = upload_request(scene, form(scene, scene.random.randbytes(1000) * 200))
    wire = scene.wire()
    wire.send(request[:scene.random.randint(0, len(request) - 1)])
    wire.reset() if scene.random.random() < 0.5 else wire.socket.close()


def chunked_upload(scene):
    """Endless in the end: chunks that never make a form, and a chunk that is none."""
    head = (f"POST /api/otaPackage/{scene.fleet.victim}?checksumAlgorithm=MD5 HTTP/1.1\r\nHost: x\r\n"
            f"{scene.fleet.tenant}Content-Type: multipart/form-data; boundary=cut\r\n"
            "Transfer-Encoding: chunked\r\n\r\n").encode()
    with scene.wire() as wire:
        wire.send(head + b"5\r\n--cut\r\n" if scene.random.random() < 0.5 else head)
        for _ in range(scene.random.randint(1, 60)):
            if not wire.send(b"1000\r\n" + b"z" * 4096 + b"\r\n"):
                break
        wire.send(b"what?\r\n")
        answer = wire.answer()
        check(answer is None or answer[0] == 400, f"chunked upload: {answer}")


def stranger_upload(scene):
    """Who is not let in is told at the head, and sends no bytes."""
    with scene.wire() as wire:
        wire.send(f"POST /api/otaPackage/{scene.fleet.victim} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                  f"{scene.random.choice(['', scene.fleet.customer])}"
                  f"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {2 ** 30}\r\n\r\n".encode())
        answer = wire.answer()
        check(answer is not None and answer[0] in (401, 403), f"a stranger's upload: {answer}")


def never_served(scene):
    """What was never uploaded whole and right is given to nobody."""
    answer = ask(scene, get(f"/api/otaPackage/{scene.fleet.victim}/download", scene.fleet.tenant))
    check(answer is not None and answer[0] == 404, f"the victim's bytes: {answer and answer[:2]}")


def odd_range(scene):
    """Whatever is asked of a package's bytes: those bytes, or a refusal."""
    numbers = ["0", "1", "-1", "5", "299999", "300000", "2147483647", "2147483648", "9223372036854775807", "x", "",
               "99999999999999999999", "0x10", "1e3"]
    pick = lambda: scene.random.choice(numbers)  # noqa: E731
    header = scene.random.choice([
        f"bytes={pick()}-{pick()}", f"bytes=-{pick()}", f"bytes={pick()}-", f"bytes = {pick()}-{pick()}", "bytes=",
        "bytes=" + ",".join(f"{i}-{i}" for i in range(1000)), f"items={pick()}-", "bytes=0-0\r\nRange: bytes=1-1", "-"])
    query = scene.random.choice(["", f"&size={pick()}", f"&size={pick()}&chunk={pick()}"])
    status, headers, body = ask(scene, get(f"{scene.fleet.firmware}{query}", f"Range: {header}\r\n"))
    check(status in (200, 206, 400, 416), f"{header!r} {query}: {status}")
    if status == 206:
        first, last = headers["content-range"].split(" ")[1].split("/")[0].split("-")
        check(len(body) == int(last) - int(first) + 1, f"{header!r} {query}: {headers}")
    if status in (200, 206):
        check(body in scene.fleet.content, f"{header!r} {query}: bytes that are none of the package's")


# Administration.

def junk_administration(scene):
    """Every path of the application API, by anybody, with anything."""
    fleet, random = scene.fleet, scene.random
    ids = [fleet.nobody, fleet.victim, fleet.profile, fleet.customer_id, "x", "%00", "..", "", "-1",
           fleet.nobody.upper(), "9" * 400]
    method, path = random.choice(fleet.calls)
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + random.choice(ids) + path[end + 1:]
    page = "pageSize=1&page=0&"
    queries = ["pageSize=10000&page=2147483647", "pageSize=0&page=0", "pageSize=-1", "pageSize=1e9&page=0", page,
               "keys=%", "pageSize=99999999999999999999&page=0", page + "sortProperty=%00", page + "sortOrder=UP",
               page + "textSearch=" + "%C3%A9" * 500, page + "startTime=9223372036854775807&endTime=-1",
               page + "endTime=9223372036854775807&actionTypes=" + "," * 500, "deviceIds=" + "x," * 1000]
    method = random.choice([method] * 9 + ["PUT"])
    body = junk_body(scene) if method != "GET" else b""
    who = random.choice([fleet.tenant, fleet.tenant, fleet.customer, fleet.system, "",
                         "X-Authorization: Bearer a.b.c\r\n"])
    head = f"{method} {path}?{random.choice(queries)} HTTP/1.1\r\nHost: x\r\n{who}Content-Length: {len(body)}\r\n\r\n"
    answer = ask(scene, head.encode() + body)
    # Four walks over a rollout's devices are enough at a time.
    allowed = (200, 303, *REFUSALS, *((503,) if path.endswith("/rollout") else ()))
    check(answer is not None and answer[0] in allowed, f"{head[:200]!r} {body[:80]!r}: {answer}")


def description_unread(scene):
    """Asks for the largest constant answer again and again, and reads little of it."""
    wire = scene.wire()
    wire.socket.settimeout(0.2)
    try:
        for _ in range(20):
            wire.send(get("/api/openapi.json") * 5)
    except TimeoutError:
        pass
    wire.reset()


def stalled_upload(scene):
    with scene.wire() as wire:
        request = upload_request(scene, form(scene, b"z" * 200_000))
        wire.send(request[:scene.random.randint(1000, 100_000)])
        answer = wire.answer()
        check(answer is not None and answer[0] == 408, f"stalled upload: {answer}")
        check(wire.answer() is None, "a stalled upload is not closed")


def unread_download(scene):
    """Downloads that nobody takes."""
    wires = [scene.wire() for _ in range(5)]
    for wire in wires:
        wire.send(get(scene.fleet.firmware) * 20)
    for wire in wires:
        wire.more()
        wire.reset()


quick = [provision_junk, claim_junk, binary_junk, binary_junk, spoofed_certificate, bad_upload, bad_upload,
         aborted_upload, chunked_upload, stranger_upload, never_served, odd_range, odd_range, junk_administration,
         junk_administration]
slow = [description_unread, stalled_upload, unread_download]

__all__ = ["quick", "slow"]

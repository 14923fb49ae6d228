"""One function per kind of bad client. Each takes the scene, opens one or a few connections and
raises when the node hangs, answers what it must not, or gives away another client's answer."""

import json
import ssl

from wire import BadAnswer, Wire, get, post


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def only_refusals(wire, what):
    """Until the close: nothing but client errors and refusals of what is not built."""
    for status, _, _ in wire.answers_until_close():
        check(400 <= status < 500 or status in (501, 505), f"{what}: {status}")


def random_bytes(scene):
    data = scene.random.randbytes(scene.random.randint(1, 3000))
    with scene.wire() as wire:
        wire.send(data)
        wire.half_close()
        only_refusals(wire, f"random bytes {data[:40]!r}")


def random_text(scene):
    alphabet = "GETPOSHUD /:.,;{}\"'\r\n\t\0 HTTP/1.1abcxyz0123456789-_%?&="
    data = "".join(scene.random.choices(alphabet, k=scene.random.randint(1, 2000))).encode()
    with scene.wire() as wire:
        wire.send(data)
        wire.half_close()
        only_refusals(wire, f"random text {data[:60]!r}")


def mutated_request(scene):
    """A good request with a few bytes changed, lost or doubled may still be good: any status, no hang."""
    device = scene.pick()
    data = bytearray(post(f"/api/v1/{device.token}/telemetry", b'{"mutated":1}', "Content-Type: application/json\r\n"))
    for _ in range(scene.random.randint(1, 4)):
        at = scene.random.randrange(len(data))
        change = scene.random.randrange(3)
        if change == 0:
            data[at] = scene.random.randrange(256)
        elif change == 1:
            del data[at]
        else:
            data.insert(at, scene.random.randrange(256))
    with scene.wire() as wire:
        wire.send(bytes(data))
        wire.half_close()
        for status, _, _ in wire.answers_until_close():
            check(status in (200, 501, 505) or 400 <= status < 500, f"mutated {bytes(data)!r}: {status}")


def doubtful_framing(scene):
    """What two readers could read differently gets 400 or 501 and the end of the connection."""
    path = f"/api/v1/{scene.pick().token}/telemetry"
    start = f"POST {path} HTTP/1.1\r\n"
    heads = [
        "Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
        "Host: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Host: x\r\nTransfer-Encoding: xchunked\r\n",
        "Host: x\r\nTransfer-Encoding: chunked, identity\r\n",
        "Host: x\r\nContent-Length: -1\r\n", "Host: x\r\nContent-Length: 3x\r\n", "Content-Length: 2\r\n",
        "Host: x\r\nHost: y\r\nContent-Length: 2\r\n", "Host : x\r\nContent-Length: 2\r\n",
        "Host: x\r\nContent-Length: 2\r\nA: b\r\n c\r\n", "Host: x\r\nContent-Length: 2\r\nA: b\rc\r\n",
    ]
    head = scene.random.choice(heads)
    smuggled = get(f"/api/v1/{scene.pick().token}/attributes")
    with scene.wire() as wire:
        wire.send((start + head + "\r\n").encode() + b"{}" + smuggled)
        answers = wire.answers_until_close()
        check([status for status, _, _ in answers] in ([400], [501]), f"{head!r}: {answers}")


def long_line(scene):
    with scene.wire() as wire:
        wire.send(get("/api/v1/" + "a" * scene.random.randint(8300, 30_000)))
        wire.half_close()
        answers = wire.answers_until_close()
        check([status for status, _, _ in answers] == [414], f"long request line: {answers}")


def large_head(scene):
    extra = scene.random.choice(["X: " + "y" * 40_000 + "\r\n",
                                 "".join(f"X{i}: y\r\n" for i in range(300)),
                                 "".join(f"X{i}: {'y' * 1000}\r\n" for i in range(60))])
    with scene.wire() as wire:
        wire.send(get(f"/api/v1/{scene.pick().token}/attributes", extra))
        wire.half_close()
        answers = wire.answers_until_close()
        check([status for status, _, _ in answers] == [431], f"large head: {answers}")


def large_body(scene):
    """Refused at the head: the body is never sent."""
    with scene.wire() as wire:
        wire.send(f"POST /api/v1/{scene.pick().token}/rpc/1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                  f"Content-Length: {scene.random.randint(65_537, 10**12)}\r\n\r\n".encode())
        answer = wire.answer()
        check(answer is not None and answer[0] == 413, f"large body: {answer}")


def reset_anywhere(scene):
    device = scene.pick()
    data = post(f"/api/v1/{device.token}/telemetry", b'{"reset":1}')
    wire = scene.wire()
    wire.send(data[:scene.random.randint(0, len(data))])
    wire.reset()


def abandoned_poll(scene):
    """A poll whose client goes, and at once a stranger on (likely) the same descriptor: whatever was
    meant for the poll must not reach the stranger."""
    gone, stranger = scene.pick(), scene.pick()
    resource = scene.random.choice(["rpc", "attributes/updates"])
    wire = scene.wire()
    wire.send(get(f"/api/v1/{gone.token}/{resource}?timeout=60000"))
    if scene.random.random() < 0.5:
        wire.reset()
    else:
        wire.socket.close()
    own_attributes(scene, stranger)


def own_attributes(scene, device):
    with scene.wire() as wire:
        wire.send(get(f"/api/v1/{device.token}/attributes"))
        check_own(wire.answer(), device)


def check_own(answer, device):
    check(answer is not None and answer[0] == 200, f"attributes of {device.token}: {answer}")
    check(json.loads(answer[2]).get("client", {}).get("owner") == device.token,
          f"another client's answer for {device.token}: {answer[2]!r}")


def pipelined(scene):
    """Requests of several devices in one write: the answers are theirs, in order."""
    devices = [scene.pick() for _ in range(scene.random.randint(2, 30))]
    with scene.wire() as wire:
        wire.send(b"".join(get(f"/api/v1/{device.token}/attributes") for device in devices))
        if scene.random.random() < 0.5:
            wire.half_close()
        for device in devices:
            check_own(wire.answer(), device)


def pipelined_then_garbage(scene):
    """The good requests before the garbage are still answered, the garbage ends it."""
    device = scene.pick()
    with scene.wire() as wire:
        wire.send(get(f"/api/v1/{device.token}/attributes") * 3 + b"\x16\x03\x01 nonsense\r\n\r\n")
        for _ in range(3):
            check_own(wire.answer(), device)
        only_refusals(wire, "garbage after good requests")


def dripping(scene):
    """A good request in tiny pieces is a good request."""
    device = scene.pick()
    data = get(f"/api/v1/{device.token}/attributes")
    with scene.wire() as wire:
        while data:
            size = scene.random.randint(1, 9)
            wire.send(data[:size])
            data = data[size:]
        check_own(wire.answer(), device)


def stalled_head(scene):
    """A head that does not come to its end: 408 and the end, by the node's own deadline."""
    with scene.wire() as wire:
        wire.send(b"GET /api/v1/x/attributes HTTP/1.1\r\nHost: x\r\n")
        answers = wire.answers_until_close()
        check([status for status, _, _ in answers] == [408], f"stalled head: {answers}")


def stalled_body(scene):
    with scene.wire() as wire:
        wire.send(f"POST /api/v1/{scene.pick().token}/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
                  '{"a":'.encode())
        answers = wire.answers_until_close()
        check([status for status, _, _ in answers] == [408], f"stalled body: {answers}")


def never_reading(scene):
    """Asks and asks and reads nothing: the node must stop reading, not grow; then the client goes."""
    device = scene.pick()
    request = get(f"/api/v1/{device.token}/attributes") * 50
    wire = scene.wire()
    wire.socket.settimeout(0.2)
    try:
        for _ in range(40):
            wire.send(request)
    except TimeoutError:
        pass
    wire.reset()


def junk_json(scene):
    """Bodies that are no telemetry: 400 (or 200 for what the lenient reader takes), the connection lives."""
    device = scene.pick()
    bodies = [b"{", b"[[[[", b"[" * 5000, b'{"a":' * 200, b'{"a":1e999999}', b"\xff\xfe\x00", b'{"":1}', b"nul", b"1",
              b'{"ts":"x","values":{}}', b'{"a":"' + b"x" * 60_000, b"{}}", scene.random.randbytes(200)]
    with scene.wire() as wire:
        wire.send(post(f"/api/v1/{device.token}/telemetry", scene.random.choice(bodies)))
        answer = wire.answer()
        check(answer is not None and answer[0] in (200, 400), f"junk JSON: {answer}")
        wire.send(get(f"/api/v1/{device.token}/attributes"))
        check_own(wire.answer(), device)


def broken_handshake(scene):
    """What is no TLS, or TLS no longer: an alert or a close, and nothing that a stranger could read."""
    hello = bytes.fromhex("160301") + scene.random.randint(1, 400).to_bytes(2, "big") + scene.random.randbytes(300)
    with Wire(scene.port) as wire:
        wire.send(scene.random.choice([hello, scene.random.randbytes(200), get("/api/v1/x/attributes"), b""]))
        wire.half_close()
        while wire.more():
            pass
        check(not wire.buffer.startswith(b"HTTP"), f"an answer without TLS: {wire.buffer[:80]!r}")


def broken_records(scene):
    """A good handshake, then records that nobody encrypted: the end, and the request before them is not done."""
    with scene.wire() as wire:
        wire.send(get(f"/api/v1/{scene.pick().token}/attributes")[:scene.random.randint(0, 40)])
        wire.socket.sendall(bytes.fromhex("1703030040") + scene.random.randbytes(scene.random.randint(1, 200)))
        try:
            # A record that is shorter than it says is waited for like any other.
            statuses = [status for status, _, _ in wire.answers_until_close()]
            check(statuses in ([], [408]), f"a broken record: {statuses}")
        except ssl.SSLError:
            pass  # The server's alert.


def stalled_handshake(scene):
    with Wire(scene.port) as wire:
        wire.send(bytes.fromhex("1603010100"))
        while wire.more():
            pass


#: What waits for one of the node's deadlines is rare, so that a run stays short.
quick = [random_bytes, random_text, mutated_request, doubtful_framing, long_line, large_head, large_body, reset_anywhere,
         abandoned_poll, abandoned_poll, pipelined, pipelined_then_garbage, dripping, junk_json]
slow = [stalled_head, stalled_body, never_reading]
#: Only over TLS.
quick_tls = [broken_handshake, broken_records]
slow_tls = [stalled_handshake]

__all__ = ["quick", "slow", "quick_tls", "slow_tls", "own_attributes", "BadAnswer"]

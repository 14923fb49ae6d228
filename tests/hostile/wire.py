"""Raw sockets: what no HTTP library would send, and a strict reader of what comes back."""

import socket
import ssl
import struct


class Hang(Exception):
    """The server neither answered nor closed."""


class BadAnswer(Exception):
    """The server sent what is not an HTTP answer."""


class Tls:
    """TLS between the test and a raw socket; the socket itself stays in the test's hands."""

    def __init__(self, raw):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.raw = raw
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.layer = context.wrap_bio(self.incoming, self.outgoing)
        self.settled(self.layer.do_handshake)

    def settled(self, step):
        """The result of a step that may need bytes of the server."""
        while True:
            try:
                done = step()
                self.flush()
                return done
            except ssl.SSLWantReadError:
                self.flush()
                data = self.raw.recv(65536)
                if data:
                    self.incoming.write(data)
                else:
                    self.incoming.write_eof()

    def flush(self):
        if data := self.outgoing.read():
            self.raw.sendall(data)

    def sendall(self, data):
        self.layer.write(data)
        self.flush()

    def recv(self, size):
        try:
            return self.settled(lambda: self.layer.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def end_output(self):
        """Says that nothing more comes; answers may still be read."""
        try:
            self.layer.unwrap()
        except ssl.SSLError:
            pass  # The server has not said the same yet.
        self.flush()


class Wire:
    def __init__(self, port, timeout=10, tls=False):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.tls = Tls(self.socket) if tls else None
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """True; False when the server has closed already."""
        try:
            (self.tls or self.socket).sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def half_close(self):
        try:
            if self.tls:
                self.tls.end_output()
            else:
                self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def reset(self):
        """Ends the connection with a RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def more(self):
        try:
            data = (self.tls or self.socket).recv(65536)
        except ConnectionResetError:
            return False
        except TimeoutError as error:
            raise Hang("no answer and no close") from error
        self.buffer += data
        return bool(data)

    def answer(self):
        """(status, headers, body), or None when the server closed instead. 100 Continue is skipped."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.more():
                if self.buffer:
                    raise BadAnswer(f"cut short: {self.buffer[:80]!r}")
                return None
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ", 2)
        if not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
            raise BadAnswer(lines[0])
        status = int(parts[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if status == 100:
            self.buffer = rest
            return self.answer()
        length = int(headers.get("content-length", 0))
        while len(rest) < length:
            if not self.more():
                raise BadAnswer(f"body cut short: {len(rest)} of {length}")
            rest = self.buffer.partition(b"\r\n\r\n")[2]
        self.buffer = rest[length:]
        return status, headers, rest[:length]

    def answers_until_close(self):
        found = []
        while (one := self.answer()) is not None:
            found.append(one)
        return found


def get(path, extra=""):
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{extra}\r\n".encode()


def post(path, body, extra=""):
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body

"""Raw sockets: what no HTTP library would send, and a strict reader of what comes back."""

import socket
import struct


class Hang(Exception):
    """The server neither answered nor closed."""


class BadAnswer(Exception):
    """The server sent what is not an HTTP answer."""


class Wire:
    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """True; False when the server has closed already."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def reset(self):
        """Ends the connection with a RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def more(self):
        try:
            data = self.socket.recv(65536)
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

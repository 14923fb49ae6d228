"""A way between a client and a server on this machine that can be cut: then nothing passes and nothing is refused, as if
a cable were drawn. Standard library only."""

import contextlib
import socket
import threading


class Proxy:
    """Passes on what comes to `port` to `target` and back."""

    def __init__(self, target):
        self.target = target
        self.open = threading.Event()
        self.open.set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.sockets = set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.open.wait()
                threading.Thread(target=self.join, args=(client,), daemon=True).start()

    def join(self, client):
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        self.sockets |= {client, server}
        for source, sink in ((client, server), (server, client)):
            threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    def pump(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.open.wait()
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
                end.close()
            self.sockets.discard(end)

    def cut(self):
        self.open.clear()

    def heal(self):
        self.open.set()

    def close(self):
        self.heal()
        self.listener.close()
        for one in list(self.sockets):
            one.close()

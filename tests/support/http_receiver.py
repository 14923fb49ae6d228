"""Another server, which rule chains call. Standard library only."""

import collections
import http.server
import json
import threading


class Receiver:
    """Another server: counts what it is asked, by the key of the request."""

    def __init__(self):
        self.lock = threading.Lock()
        self.bodies = collections.defaultdict(list)
        self.headers = {}
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    receiver.bodies[self.headers["Idempotency-Key"]].append(json.loads(body))
                    receiver.headers = dict(self.headers)
                refused = self.path == "/refused"
                answer = b'no' if refused else json.dumps({"heard": json.loads(body)["n"]}).encode()
                self.send_response(409 if refused else 200)
                self.send_header("Content-Length", str(len(answer)))
                self.send_header("X-Of", "receiver")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                """A node that is killed resets its connections."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def heard(self):
        with self.lock:
            for key, bodies in self.bodies.items():
                assert all(one == bodies[0] for one in bodies), f"{key} was used for {bodies}"
            return sorted(bodies[0]["n"] for bodies in self.bodies.values())

"""A small keep-alive client of the node's two APIs."""

import http.client
import json


class Refused(Exception):
    """An answer that the scenario does not allow."""


class Client:
    def __init__(self, port, access_token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.access_token = access_token

    def close(self):
        self.connection.close()

    def ask(self, method, path, body=None):
        """(status, text). Raises OSError or http.client.HTTPException when the connection breaks."""
        headers = {"Content-Type": "application/json"}
        if self.access_token and not path.startswith("/api/v1/"):
            headers["X-Authorization"] = "Bearer " + self.access_token
        data = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def expect(self, method, path, body=None, status=200):
        got, text = self.ask(method, path, body)
        if got != status:
            raise Refused(f"{method} {path}: {got} {text}")
        return json.loads(text) if text else None


def log_in(port, user="tenant@thingsboard.org", password="tenant"):
    client = Client(port)
    try:
        return client.expect("POST", "/api/auth/login", {"username": user, "password": password})["token"]
    finally:
        client.close()

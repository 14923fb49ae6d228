"""Devices that show a certificate instead of a token, over real TLS: who is known by it, who is not, and
what a resumed session carries on. Usage: certificate.py MUSTER_NODE"""

import base64
import hashlib
import http.client
import json
import pathlib
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node, free_port  # noqa: E402
from story import Application  # noqa: E402

class Identity:
    """A key and a certificate that nobody but its owner has signed."""

    def __init__(self, folder, name, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        self.key = folder / f"{name}.key"
        self.file = folder / f"{name}.pem"
        self.run("req", "-x509", "-newkey", *key, "-nodes", "-days", "2", "-subj", f"/CN={name}",
                 "-keyout", self.key, "-out", self.file)

    @staticmethod
    def run(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def expire(self, folder):
        """Gives the key a certificate that ended long ago."""
        database = folder / "index.txt"
        database.write_text("")
        rules = folder / "ca.cnf"
        rules.write_text(f"[ca]\ndefault_ca=own\n[own]\ndatabase={database}\nnew_certs_dir={folder}\n"
                         "rand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n"
                         "[req]\ndistinguished_name=dn\n[dn]\n")
        request = folder / "request.pem"
        self.run("req", "-new", "-config", rules, "-key", self.key, "-subj", "/CN=old", "-out", request)
        self.run("ca", "-batch", "-config", rules, "-selfsign", "-keyfile", self.key, "-in", request,
                 "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-notext",
                 "-out", self.file)

    def pem(self):
        return self.file.read_text()

    def fingerprint(self):
        der = ssl.PEM_cert_to_DER_cert(self.pem())
        return hashlib.sha3_256(base64.b64encode(der)).hexdigest()


class Client:
    """TLS of one version with the identity or without one."""

    def __init__(self, port, identity=None, version=ssl.TLSVersion.TLSv1_3):
        self.port = port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.context.minimum_version = self.context.maximum_version = version
        if identity:
            self.context.load_cert_chain(identity.file, identity.key)
        self.session = None
        self.resumed = False

    def ask(self, path="/api/v1/me/telemetry", body=None, headers=None, session=None):
        """The status of a request on a connection of its own."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.context)
        plain = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        plain.connect()
        connection.sock = self.context.wrap_socket(plain.sock, session=session)
        connection.request("POST", path, body or json.dumps({"a": 1}), headers or {})
        answer = connection.getresponse()
        content = answer.read()
        # After an answer, as TLS 1.3 sends its tickets behind the handshake.
        self.session = connection.sock.session
        self.resumed = connection.sock.session_reused
        connection.close()
        assert answer.status != 401 or not content, content
        return answer.status


def make_device(application, name, identity):
    made = application.post("/api/device-with-credentials", {
        "device": {"name": name},
        "credentials": {"credentialsType": "X509_CERTIFICATE", "credentialsValue": identity.pem()}})
    return made["id"]["id"]


def value_of(application, device, key):
    found = application.get(f"/api/plugins/telemetry/DEVICE/{device}/values/timeseries", keys=key)
    return found[key][0]["value"] if key in found else None


def check_who_is_known(application, port, folder, device, own):
    client = Client(port, own)
    assert client.ask(body=json.dumps({"seen": 42})) == 200
    assert value_of(application, device, "seen") == "42"
    assert Client(port).ask() == 401
    assert Client(port, Identity(folder, "stranger")).ask() == 401
    rsa = Identity(folder, "rsa", ("rsa:2048",))
    make_device(application, "with RSA", rsa)
    assert Client(port, rsa).ask() == 200
    old = Identity(folder, "old")
    old.expire(folder)
    make_device(application, "expired", old)
    assert Client(port, old).ask() == 401
    # A fingerprint is no secret.
    assert Client(port).ask(f"/api/v1/{own.fingerprint()}/telemetry") == 401
    assert client.ask(f"/api/v1/{own.fingerprint()}/telemetry") == 401
    assert Client(port).ask(headers={"X-Authorization": f"Bearer {own.fingerprint()}"}) == 401


def check_token_wins(application, port, own):
    demo = application.get("/api/tenant/devices", deviceName="Test Device A1")["id"]["id"]
    client = Client(port, own)
    header = {"X-Authorization": "Bearer A1_TEST_TOKEN"}
    assert client.ask(body=json.dumps({"by": "token"}), headers=header) == 200
    assert value_of(application, demo, "by") == "token"
    assert client.ask(headers={"X-Authorization": "Bearer wrong"}) == 401
    assert client.ask("/api/v1/A1_TEST_TOKEN/telemetry", json.dumps({"by": "path"})) == 200
    assert value_of(application, demo, "by") == "path"


def check_resumption(port, own):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        client = Client(port, own, version)
        assert client.ask() == 200
        session = client.session
        assert client.ask(session=session) == 200 and client.resumed, version
        # Nobody else comes by it: neither a client without a session nor one with its own.
        other = Client(port, version=version)
        assert other.ask() == 401
        assert other.ask(session=other.session) == 401 and other.resumed, version
        assert Client(port, version=version).ask() == 401


def check_change(application, port, folder, device, own):
    held = application.get(f"/api/device/{device}/credentials")
    assert held["credentialsId"] == own.fingerprint(), held
    session = Client(port, own)
    assert session.ask() == 200
    fresh = Identity(folder, "fresh")
    held["credentialsValue"] = fresh.pem()
    application.post("/api/device/credentials", held)
    assert session.ask(session=session.session) == 401 and session.resumed
    assert Client(port, fresh).ask() == 200


def tell(binary, folder):
    server = Identity(folder, "server")
    port = free_port()
    options = ["--demo", "--http.tls.cert", str(server.file), "--http.tls.key", str(server.key),
               "--http.tls.port", str(port)]
    with Node(binary, folder / "data", options) as node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        own = Identity(folder, "own")
        device = make_device(application, "by certificate", own)
        check_who_is_known(application, port, folder, device, own)
        check_token_wins(application, port, own)
        check_resumption(port, own)
        check_change(application, port, folder, device, own)
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))

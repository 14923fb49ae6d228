"""What the attacks on a fleet's endpoints are about: users, a profile that provisions, packages."""

import random
import re

import requests

#: Many pieces of a reader's buffer.
SIZE = 300_000


class Fleet:
    """Made by REST on the plain port of a node with the demo data."""

    nobody = "00000000-0000-4000-8000-000000000000"

    def __init__(self, base):
        self.base = base
        # Ready lines of a head.
        self.tenant = self.log_in("tenant@thingsboard.org", "tenant")
        self.customer = self.log_in("customer@thingsboard.org", "customer")
        self.system = self.log_in("sysadmin@thingsboard.org", "sysadmin")
        self.profile = self.post("/api/deviceProfile", {
            "name": "Fleet", "provisionType": "ALLOW_CREATE_NEW_DEVICES", "provisionDeviceKey": "fleet key",
            "profileData": {"provisionConfiguration": {"type": "ALLOW_CREATE_NEW_DEVICES",
                                                       "provisionDeviceSecret": "fleet secret"}}})["id"]["id"]
        self.customer_id = self.post("/api/customer", {"title": "Fleet"})["id"]["id"]
        self.url_package = self.package("elsewhere", url="http://example.org/a")
        #: Nobody ever gives it its bytes.
        self.victim = self.package("victim")
        self.content = random.Random(1).randbytes(SIZE)
        self.firmware = self.assigned_firmware()
        described = requests.get(base + "/api/openapi.json", timeout=30).json()["paths"]
        #: Methods and paths; not those that end what the other attacks need, nor those that wait.
        self.calls = sorted(
            (method.upper(), path) for path, methods in described.items() for method in methods
            if method in ("get", "post") and not path.startswith(("/api/v1", "/metrics", "/health", "/api/auth"))
            and not (method == "post" and path.startswith(("/api/otaPackage/", "/api/rpc", "/api/plugins/rpc"))))

    def log_in(self, name, password):
        answer = requests.post(self.base + "/api/auth/login", json={"username": name, "password": password}, timeout=30)
        return f"X-Authorization: Bearer {answer.json()['token']}\r\n"

    @property
    def headers(self):
        return {"X-Authorization": self.tenant.partition(": ")[2].strip()}

    def post(self, path, body=None, **arguments):
        answer = requests.post(self.base + path, json=body, headers=self.headers, timeout=30, **arguments)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def package(self, title, url=None):
        made = self.post("/api/otaPackage", {"title": title, "version": "1", "type": "FIRMWARE", "url": url})
        return made["id"]["id"]

    def assigned_firmware(self):
        """The path at which a device gets a good package."""
        package = self.package("good")
        self.post(f"/api/otaPackage/{package}?checksumAlgorithm=CRC32", files={"file": ("good.bin", self.content)})
        found = requests.get(self.base + "/api/tenant/devices", params={"deviceName": "Test Device A1"},
                             headers=self.headers, timeout=30).json()
        found["firmwareId"] = {"entityType": "OTA_PACKAGE", "id": package}
        self.post("/api/device", found)
        return "/api/v1/A1_TEST_TOKEN/firmware?title=good&version=1"

    def check_packages(self, folder):
        """Of all the uploads only the good one has left anything."""
        names = [each.name for each in folder.iterdir()]
        assert len(names) == 1 and re.fullmatch("[0-9a-f]{64}", names[0]), f"left behind: {names}"

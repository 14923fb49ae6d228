#!/usr/bin/env python3
"""The first steps of a device and its application, each through another node than the one before, so that whoever is
asked, it is the same. Usage: story_test.py MUSTER_NODE [--tls]"""

import json
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_cluster import Cluster, until  # noqa: E402


class Anywhere:
    """Sends each request to the next node."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.turn = 0

    def node(self):
        self.turn += 1
        return self.cluster.nodes[self.turn % len(self.cluster.nodes)]

    def send(self, method, path, body=None, expected=200, headers=(), node=None):
        node = node or self.node()
        status, text = node.request(method, path, body, headers)
        assert status == expected, f"{method} {path} by {node.name}: {status} {text}"
        return json.loads(text) if text.startswith(("{", "[")) else text


def telemetry_and_attributes(at, login):
    for number, node in enumerate(at.cluster.nodes):
        at.send("POST", "/api/v1/A1_TEST_TOKEN/telemetry", {"temperature": number}, node=node)
        device = at.send("GET", "/api/tenant/devices?deviceName=Test%20Device%20A1", headers=login)
        path = f"/api/plugins/telemetry/DEVICE/{device['id']['id']}"
        for reader in at.cluster.nodes:
            latest = at.send("GET", path + "/values/timeseries?keys=temperature", headers=login, node=reader)
            assert latest["temperature"][0]["value"] == str(number), latest
            target = f"{node.name} {reader.name}"
            at.send("POST", path + "/SHARED_SCOPE", {"target": target}, headers=login, node=reader)
            read = at.send("GET", "/api/v1/A1_TEST_TOKEN/attributes?sharedKeys=target")
            assert read["shared"]["target"] == target, read
        history = at.send("GET", path + "/values/timeseries?keys=temperature&startTs=0&endTs=4000000000000",
                          headers=login)
        assert history["temperature"], history


def two_way_rpc(at, login):
    """The application at one node, the device parked at another, for each pair."""
    device = at.send("GET", "/api/tenant/devices?deviceName=Test%20Device%20B1", headers=login)["id"]["id"]
    for asked in at.cluster.nodes:
        for parked in at.cluster.nodes:
            replies = []
            caller = threading.Thread(target=lambda n=asked: replies.append(at.send(
                "POST", f"/api/plugins/rpc/twoway/{device}",
                {"method": "reboot", "params": {"delay": 5}, "timeout": 20000}, headers=login, node=n)))
            caller.start()
            given = at.send("GET", "/api/v1/B1_TEST_TOKEN/rpc?timeout=20000", node=parked)
            assert given["method"] == "reboot" and given["params"] == {"delay": 5}, given
            at.send("POST", f"/api/v1/B1_TEST_TOKEN/rpc/{given['id']}", {"ok": asked.name})
            caller.join(30)
            assert replies == [{"ok": asked.name}], replies


def attribute_poll(at, login):
    device = at.send("GET", "/api/tenant/devices?deviceName=Test%20Device%20C1", headers=login)["id"]["id"]
    path = f"/api/plugins/telemetry/DEVICE/{device}/SHARED_SCOPE"
    at.send("GET", "/api/v1/C1_TEST_TOKEN/attributes/updates?timeout=1", expected=408)
    for number, parked in enumerate(at.cluster.nodes):
        seen = []
        poll = threading.Thread(target=lambda n=parked: seen.append(
            at.send("GET", "/api/v1/C1_TEST_TOKEN/attributes/updates?timeout=20000", node=n)))
        poll.start()
        at.send("POST", path, {"target": number}, headers=login)
        poll.join(30)
        assert seen == [{"target": number}], seen


def directory(at, login):
    """What one node has made, all others know at once; what was deleted is refused at once."""
    for number, maker in enumerate(at.cluster.nodes):
        made = at.send("POST", f"/api/device?accessToken=TOKEN_{number}", {"name": f"Made {number}"}, headers=login,
                       node=maker)
        device = made["id"]["id"]
        for other in at.cluster.nodes:
            at.send("POST", f"/api/v1/TOKEN_{number}/telemetry", {"a": 1}, node=other)
            assert at.send("GET", f"/api/device/{device}", headers=login, node=other)["name"] == f"Made {number}"
        for other in at.cluster.nodes:
            at.send("POST", "/api/device", {"name": f"Made {number}"}, expected=400, headers=login, node=other)
        page = at.send("GET", "/api/tenant/devices?pageSize=100&page=0&textSearch=Made", headers=login)
        assert page["totalElements"] == 1, page
        at.send("DELETE", f"/api/device/{device}", headers=login)
        for other in at.cluster.nodes:
            at.send("POST", f"/api/v1/TOKEN_{number}/telemetry", {"a": 1}, expected=401, node=other)


def credentials(at, login):
    """An old token is refused on every node from the moment on that the change was answered."""
    device = at.send("GET", "/api/tenant/devices?deviceName=Thermostat%20T1", headers=login)["id"]["id"]
    for number in range(3):
        access = at.send("GET", f"/api/device/{device}/credentials", headers=login)
        old = access["credentialsId"]
        for node in at.cluster.nodes:
            at.send("POST", f"/api/v1/{old}/telemetry", {"a": 1}, node=node)
        access["credentialsId"] = f"FRESH_{number}"
        at.send("POST", "/api/device/credentials", access, headers=login)
        for node in at.cluster.nodes:
            at.send("POST", f"/api/v1/{old}/telemetry", {"a": 1}, expected=401, node=node)
            at.send("POST", f"/api/v1/FRESH_{number}/telemetry", {"a": 1}, node=node)


def packages(at, login):
    """Bytes that one node was given are downloaded from all, and by devices."""
    device = at.send("GET", "/api/tenant/devices?deviceName=Thermostat%20T2", headers=login)
    made = at.send("POST", "/api/otaPackage", {
        "deviceProfileId": device["deviceProfileId"], "type": "FIRMWARE", "title": "fw", "version": "1"},
        headers=login)
    content = bytes(range(256)) * 2600
    body = (b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"fw.bin\"\r\n"
            b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--b--\r\n")
    package = made["id"]["id"]
    at.send("POST", f"/api/otaPackage/{package}?checksumAlgorithm=SHA256", body,
            headers={**login, "Content-Type": "multipart/form-data; boundary=b"})
    for node in at.cluster.nodes:
        status, got = node.fetch(f"/api/otaPackage/{package}/download", login)
        assert status == 200 and got == content, (node.name, status, len(got))
    device["firmwareId"] = made["id"]
    at.send("POST", "/api/device", device, headers=login)
    for node in at.cluster.nodes:
        status, got = node.fetch("/api/v1/T2_TEST_TOKEN/firmware?title=fw&version=1&size=1000&chunk=300", {})
        assert status == 200 and got == content[300_000:301_000], (node.name, status, got[:100])
    device = at.send("GET", f"/api/device/{device['id']['id']}", headers=login)
    device["firmwareId"] = None
    at.send("POST", "/api/device", device, headers=login)
    at.send("DELETE", f"/api/otaPackage/{package}", headers=login)
    for node in at.cluster.nodes:
        at.send("GET", f"/api/otaPackage/{package}/download", expected=404, headers=login, node=node)


def rollout(at, login):
    """A profile's package reaches its devices, whoever owns them and whoever was asked."""
    profile = at.send("POST", "/api/deviceProfile", {
        "name": "rolled", "type": "DEFAULT", "transportType": "DEFAULT", "provisionType": "DISABLED",
        "profileData": {"configuration": {"type": "DEFAULT"}, "transportConfiguration": {"type": "DEFAULT"}}},
        headers=login)
    for number in range(30):
        at.send("POST", f"/api/device?accessToken=ROLLED_{number}",
                {"name": f"Rolled {number}", "deviceProfileId": profile["id"]}, headers=login)
    package = at.send("POST", "/api/otaPackage", {
        "deviceProfileId": profile["id"], "type": "FIRMWARE", "title": "rolled", "version": "2",
        "url": "http://example.org/fw"}, headers=login)
    profile = at.send("GET", f"/api/deviceProfile/{profile['id']['id']}", headers=login)
    profile["firmwareId"] = package["id"]
    at.send("POST", "/api/deviceProfile", profile, headers=login)

    def told():
        read = [at.send("GET", f"/api/v1/ROLLED_{number}/attributes?sharedKeys=fw_version")
                for number in range(30)]
        return all(one.get("shared", {}).get("fw_version") == "2" for one in read)

    until(told, "the rollout", 30)
    for node in at.cluster.nodes:
        counts = at.send("GET", f"/api/otaPackage/{package['id']['id']}/rollout", headers=login, node=node)
        assert (counts["devices"], counts["told"]) == (30, 30), (node.name, counts)


def one_view(at):
    for node in at.cluster.nodes:
        view = node.view()
        assert view["shardCount"] == 256 and len(view["shards"]) == 256, view
        alive = [one for one in view["nodes"] if one["status"] == "ALIVE"]
        assert len(alive) == len(at.cluster.nodes), view["nodes"]
        assert sum(one["shards"] for one in alive) == 256, view["nodes"]
    assert at.send("GET", "/health/ready")["status"] == "UP"


def sessions(at, login):
    """A log-out and a new password end the tokens on every node from the moment on that they were answered."""
    own = "/api/auth/user"
    for number, node in enumerate(at.cluster.nodes):
        body = {"username": "tenant@thingsboard.org", "password": "tenant"}
        pair = at.send("POST", "/api/auth/login", body)
        session = {"X-Authorization": f"Bearer {pair['token']}"}
        for other in at.cluster.nodes:
            at.send("GET", own, headers=session, node=other)
        at.send("POST", "/api/auth/logout", headers=session, node=node)
        for other in at.cluster.nodes:
            at.send("GET", own, headers=session, node=other, expected=401)
            at.send("POST", "/api/auth/token", {"refreshToken": pair["refreshToken"]}, node=other, expected=401)
            at.send("GET", own, headers=login, node=other)
        pair = at.send("POST", "/api/auth/login", {"username": "customer@thingsboard.org", "password": f"customer{number or ''}"})
        session = {"X-Authorization": f"Bearer {pair['token']}"}
        at.send("GET", own, headers=session)
        change = {"currentPassword": f"customer{number or ''}", "newPassword": f"customer{number + 1}"}
        fresh = at.send("POST", "/api/auth/changePassword", change, headers=session, node=node)
        for other in at.cluster.nodes:
            at.send("GET", own, headers=session, node=other, expected=401)
            at.send("GET", own, headers={"X-Authorization": f"Bearer {fresh['token']}"}, node=other)


def main():
    with Cluster(sys.argv[1], tls="--tls" in sys.argv) as cluster:
        at = Anywhere(cluster)
        login = cluster.nodes[0].log_in()
        one_view(at)
        for step in (telemetry_and_attributes, two_way_rpc, attribute_poll, directory, credentials, sessions, packages,
                     rollout):
            step(at, login)
            print(step.__name__.replace("_", " "), "ok", flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Twelve devices in trouble, and `muster-inspect why` names the cause of each."""

import time

import requests

from inspected import tell

NOW = int(time.time() * 1000)


class Troubled:
    """A device and its application."""

    def __init__(self, node, application, name, profile=None):
        self.node = node
        self.application = application
        self.name = name
        body = {"name": name, **({"deviceProfileId": profile["id"]} if profile else {})}
        self.made = application.post("/api/device", body, accessToken=name)
        self.id = self.made["id"]["id"]

    def url(self, path):
        return f"http://127.0.0.1:{self.node.port}/api/v1/{self.name}{path}"

    def post(self, path, body, expected=200):
        answer = requests.post(self.url(path), json=body, timeout=30)
        assert answer.status_code == expected, (path, answer.status_code, answer.text)

    def poll(self, path, timeout, expected):
        answer = requests.get(self.url(path), params={"timeout": timeout}, timeout=30)
        assert answer.status_code == expected, (path, answer.status_code, answer.text)
        return answer

    def call(self, **members):
        self.application.post(f"/api/rpc/twoway/{self.id}", {
            "method": "m", "params": {}, "persistent": True, **members})

    def save(self, scope, values):
        self.application.post(f"/api/plugins/telemetry/DEVICE/{self.id}/{scope}", values)


def never_connected(device):
    device.save("SERVER_SCOPE", {"room": 7})


def inactive(device):
    device.save("SERVER_SCOPE", {"inactivityTimeout": 200})
    device.post("/telemetry", {"t": 1})


def never_polled(device):
    device.post("/telemetry", {"t": 1})
    device.call()


def polls_too_short(device):
    device.poll("/rpc", 20, 408)
    device.call()


def stopped_polling(device):
    try:
        requests.get(device.url("/rpc"), params={"timeout": 20_000}, timeout=0.5)
        raise AssertionError("the poll was answered")
    except requests.exceptions.ReadTimeout:
        pass
    device.call()


def rpc_unanswered(device):
    device.call()
    device.poll("/rpc", 1_000, 200)


def rpc_expired(device):
    device.post("/telemetry", {"t": 1})
    device.call(expirationTime=int(time.time() * 1000) + 200)


def old_credentials(device):
    device.post("/telemetry", {"t": 1})
    access = device.application.get(f"/api/device/{device.id}/credentials")
    access["credentialsId"] = "new token of " + device.name
    device.application.post("/api/device/credentials", access)
    device.post("/telemetry", {"t": 2}, expected=401)


def rate_limited(device):
    device.post("/telemetry", {"t": 1})
    device.post("/telemetry", {"t": 2}, expected=429)


def clock_ahead(device):
    device.post("/telemetry", {"ts": NOW + 10**8, "values": {"t": 1}})


def clock_behind(device):
    device.post("/telemetry", {"ts": 1_000_000, "values": {"t": 1}})


def never_polled_attributes(device):
    device.post("/telemetry", {"t": 1})
    device.save("SHARED_SCOPE", {"target": 3})


SITUATIONS = (never_connected, inactive, never_polled, polls_too_short, stopped_polling, rpc_unanswered, rpc_expired,
              old_credentials, rate_limited, clock_ahead, clock_behind, never_polled_attributes)


def limited_profile(application):
    return application.post("/api/deviceProfile", {
        "name": "limited", "type": "DEFAULT", "transportType": "DEFAULT", "provisionType": "DISABLED",
        "profileData": {"configuration": {"type": "DEFAULT"}, "transportConfiguration": {"type": "DEFAULT"},
                        "muster": {"deviceTelemetryRateLimit": "1:60"}}})


def causes(operator, name, status):
    return {one["cause"] for one in operator.ask("why", name, status=status)["findings"]}


def story(node, application, operator):
    profile = limited_profile(application)
    for stage in SITUATIONS:
        name = stage.__name__
        device = Troubled(node, application, name, profile if stage is rate_limited else None)
        stage(device)
        end = time.monotonic() + 20
        # Some come by time: a device is inactive, an RPC expires.
        while stage.__name__ not in (found := causes(operator, name, None)):
            assert time.monotonic() < end, (name, found)
            time.sleep(0.1)
        unexpected = found - {name} - ({"inactive"} if stage is not inactive else set())
        assert unexpected <= {"never_connected", "stopped_polling", "never_polled"}, (name, found)
        assert operator.run("why", name, status=3).startswith("device "), name
    healthy = Troubled(node, application, "healthy")
    healthy.post("/telemetry", {"t": 1})
    assert causes(operator, "healthy", 0) == set()


if __name__ == "__main__":
    tell(story)

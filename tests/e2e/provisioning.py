"""How a fleet comes up, told to the real muster-node: devices make themselves known, a hundred at once by
one name, speak their profile's codec, meet its limits, and are claimed. Usage: provisioning.py MUSTER_NODE"""

import concurrent.futures
import json
import pathlib
import sys
import tempfile

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node  # noqa: E402
from story import Application  # noqa: E402

FAILURE = '{"errorMsg":"Failed to provision device!","status":"FAILURE"}'
NOT_FOUND = '{"errorMsg":"Provision data was not found!","status":"NOT_FOUND"}'
RACERS = 100


def make_profile(application, name, strategy, **rules):
    configuration = {"type": strategy, "provisionDeviceSecret": "secret of " + name}
    return application.post("/api/deviceProfile", {
        "name": name, "type": "DEFAULT", "transportType": "DEFAULT", "provisionType": strategy,
        "provisionDeviceKey": "key of " + name,
        "profileData": {"configuration": {"type": "DEFAULT"}, "transportConfiguration": {"type": "DEFAULT"},
                        "provisionConfiguration": configuration, "muster": rules}})


def provision(node, profile, expected=200, **members):
    body = {"provisionDeviceKey": "key of " + profile, "provisionDeviceSecret": "secret of " + profile, **members}
    answer = requests.post(f"http://127.0.0.1:{node.port}/api/v1/provision", json=body, timeout=30)
    assert answer.status_code == expected, f"{answer.status_code} {answer.text}"
    return answer.text


def token_of(text):
    told = json.loads(text)
    assert list(told) == ["credentialsValue", "credentialsType", "status"], text
    assert told["status"] == "SUCCESS" and told["credentialsType"] == "ACCESS_TOKEN", text
    return told["credentialsValue"]


def post(node, token, path, body, expected=200, **headers):
    answer = requests.post(f"http://127.0.0.1:{node.port}/api/v1/{token}{path}", data=body, headers=headers,
                           timeout=30)
    assert answer.status_code == expected, f"{path}: {answer.status_code} {answer.text}"
    return answer


def create_new(node, application):
    make_profile(application, "new", "ALLOW_CREATE_NEW_DEVICES")
    token = token_of(provision(node, "new", deviceName=" made by itself ", gateway=True))
    assert len(token) == 20, token
    post(node, token, "/telemetry", "{a:1}")
    device = application.get("/api/tenant/devices", deviceName="made by itself")
    assert device["type"] == "new" and device["additionalInfo"] == {"gateway": True}, device
    state = application.get(f"/api/plugins/telemetry/DEVICE/{device['id']['id']}/values/attributes/SERVER_SCOPE",
                            keys="provisionState")
    assert state[0]["value"] == "provisioned", state
    # Without a name or with an empty one it gets one.
    for names in ({}, {"deviceName": ""}):
        token_of(provision(node, "new", **names))
    assert provision(node, "new", deviceName="made by itself") == FAILURE
    assert provision(node, "new", deviceName="  ") == FAILURE
    assert provision(node, "new", deviceName="x", provisionDeviceSecret="wrong") == NOT_FOUND
    assert provision(node, "new", deviceName="x", provisionDeviceSecret="") == NOT_FOUND
    assert provision(node, "unknown", deviceName="x") == NOT_FOUND
    assert token_of(provision(node, "new", deviceName="chosen", token="mine")) == "mine"
    post(node, "mine", "/telemetry", "{a:1}")
    # What is refused leaves nothing: the names are free afterwards.
    for refused in ({"token": "mine"}, {"token": "a/b"}, {"credentialsType": "MQTT_BASIC", "password": "p"}):
        assert provision(node, "new", deviceName="free", **refused) == FAILURE, refused
    basic = json.loads(provision(node, "new", deviceName="free", credentialsType="MQTT_BASIC", clientId="c",
                                 username="u", password="p"))
    assert basic == {"credentialsValue": {"clientId": "c", "userName": "u", "password": "p"},
                     "credentialsType": "MQTT_BASIC", "status": "SUCCESS"}, basic
    provision(node, "new", expected=400, credentialsType="OTHER")


def check_existing(node, application):
    profile = make_profile(application, "known", "CHECK_PRE_PROVISIONED_DEVICES")
    application.post("/api/device", {"name": "waiting", "deviceProfileId": profile["id"]}, accessToken="waits")
    assert provision(node, "known", deviceName="nobody") == FAILURE
    assert provision(node, "known", deviceName="Test Device A1") == FAILURE, "a device of another profile"
    assert token_of(provision(node, "known", deviceName="waiting", token="ignored")) == "waits"
    assert provision(node, "known", deviceName="waiting") == FAILURE, "a second time"
    make_profile(application, "closed", "DISABLED")
    assert provision(node, "closed", deviceName="y") == NOT_FOUND


def race(node):
    with concurrent.futures.ThreadPoolExecutor(RACERS) as racers:
        answers = list(racers.map(lambda _: provision(node, "new", deviceName="contested"), range(RACERS)))
    winners = [each for each in answers if "SUCCESS" in each]
    assert len(winners) == 1 and answers.count(FAILURE) == RACERS - 1, answers
    return token_of(winners[0])


def obey_profile(node, application):
    make_profile(application, "binary", "ALLOW_CREATE_NEW_DEVICES", codec="cbor", deviceTelemetryRateLimit="2:3600")
    token = token_of(provision(node, "binary", deviceName="sensor"))
    # {"temperature": 42.5}
    post(node, token, "/telemetry", b"\xa1\x6btemperature\xf9\x51\x50")
    post(node, token, "/telemetry", "{temperature:1}", expected=400)
    limited = post(node, token, "/telemetry", b"\xa0", expected=429)
    assert int(limited.headers["Retry-After"]) > 1000, limited.headers
    read = requests.get(f"http://127.0.0.1:{node.port}/api/v1/{token}/attributes", timeout=30)
    assert read.content == b"\xa0" and read.headers["Content-Type"] == "application/cbor", read.content
    device = application.get("/api/tenant/devices", deviceName="sensor")["id"]["id"]
    found = application.get(f"/api/plugins/telemetry/DEVICE/{device}/values/timeseries", keys="temperature")
    assert found["temperature"][0]["value"] == "42.5", found
    return token


def claim(node, token):
    post(node, token, "/claim", '{"secretKey":"sesame","durationMs":60000}')
    customer = Application(node)
    customer.log_in("customer@thingsboard.org", "customer")
    wrong = customer.post("/api/customer/device/contested/claim", {"secretKey": "guess"}, expected=400)
    assert wrong == "FAILURE", wrong
    right = customer.post("/api/customer/device/contested/claim", {"secretKey": "sesame"})
    assert right["response"] == "SUCCESS" and right["device"]["name"] == "contested", right


def tell(binary, folder):
    node = Node(binary, folder / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        create_new(node, application)
        check_existing(node, application)
        winner = race(node)
        sensor = obey_profile(node, application)
        node.kill()
        node.start()
        for token in (winner, "mine", "waits"):
            post(node, token, "/telemetry", "{a:1}")
        post(node, sensor, "/attributes", b"\xa1\x61a\x01")
        claim(node, winner)
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))

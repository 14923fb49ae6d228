"""Alarm rules of a device profile, told to the real muster-node: a threshold raises an alarm and clears it, also one that
an attribute of the customer or tenant says, a duration goes on while the node is dead, a device has rules of its own,
what is raised is shown at related entities, and rules that nobody can follow are refused.
Usage: alarm_rules.py MUSTER_NODE"""

import json
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node  # noqa: E402
from story import Application, Device  # noqa: E402

SECONDS = 3


def rule(operation, limit, **spec):
    return {
        "condition": {
            "condition": [{
                "key": {"type": "TIME_SERIES", "key": "temperature"}, "valueType": "NUMERIC",
                "predicate": {
                    "type": "NUMERIC", "operation": operation,
                    "value": {"defaultValue": limit, "userValue": None, "dynamicValue": {
                        "sourceType": "CURRENT_DEVICE", "sourceAttribute": "limit", "inherit": True}
                        if operation == "GREATER" else None}}}],
            "spec": spec or {"type": "SIMPLE"}},
        "schedule": None, "alarmDetails": "It is ${temperature} degrees", "dashboardId": None}


def lasting(seconds):
    return {"type": "DURATION", "unit": "SECONDS", "predicate": {"defaultValue": seconds, "dynamicValue": None}}


def set_rules(application, device, rules, expected=200):
    profile = application.get("/api/deviceProfile/" + device["deviceProfileId"]["id"])
    profile["profileData"]["alarms"] = rules
    return application.post("/api/deviceProfile", profile, expected)


def alarms(application, device):
    page = application.get(f"/api/alarm/DEVICE/{device['id']['id']}", pageSize=10, page=0, searchStatus="ACTIVE")
    return {one["type"]: one for one in page["data"]}


def measure(node, temperature):
    Device(node, "A1_TEST_TOKEN").post("/telemetry", json.dumps({"temperature": temperature}))


def thresholds(node, application, device):
    rules = [{"id": "1", "alarmType": "hot", "createRules": {
        "MAJOR": rule("GREATER", 30), "CRITICAL": rule("GREATER_OR_EQUAL", 50)}, "clearRule": rule("LESS", 25)}]
    set_rules(application, device, rules)
    measure(node, 29)
    assert not alarms(application, device)
    measure(node, 31)
    raised = alarms(application, device)["hot"]
    assert raised["severity"] == "MAJOR" and raised["details"] == {"data": "It is 31 degrees"}, raised
    measure(node, 55)
    now = alarms(application, device)["hot"]
    assert now["id"] == raised["id"] and now["severity"] == "CRITICAL", now
    measure(node, 20)
    assert not alarms(application, device)
    Device(node, "A1_TEST_TOKEN").post("/attributes", json.dumps({"limit": 10}))
    measure(node, 26)
    assert alarms(application, device)["hot"]["severity"] == "MAJOR"
    measure(node, 5)
    assert not alarms(application, device)


def owners(node, application, device):
    """The device has no limit of its own: its customer's holds, then its tenant's, then the rule's."""
    tenant = application.get("/api/auth/user")["tenantId"]["id"]
    of_customer = f"/api/plugins/telemetry/CUSTOMER/{device['customerId']['id']}"
    of_tenant = f"/api/plugins/telemetry/TENANT/{tenant}"
    application.delete(f"/api/plugins/telemetry/DEVICE/{device['id']['id']}/CLIENT_SCOPE", keys="limit")

    def hot_at(temperature):
        measure(node, 5)
        measure(node, temperature)
        return "hot" in alarms(application, device)

    assert hot_at(31) and not hot_at(29.5)
    application.post(of_tenant + "/SERVER_SCOPE", {"limit": 40})
    assert hot_at(41) and not hot_at(39)
    application.post(of_customer + "/SERVER_SCOPE", {"limit": 35})
    assert hot_at(36) and not hot_at(34)
    node.kill()
    node.start()
    application.log_in("tenant@thingsboard.org", "tenant")
    assert hot_at(36) and not hot_at(34)
    application.delete(f"/api/customer/device/{device['id']['id']}")
    assert hot_at(41) and not hot_at(39)
    application.post(f"/api/customer/{device['customerId']['id']}/device/{device['id']['id']}")
    assert hot_at(36) and not hot_at(34)
    application.delete(of_customer + "/SERVER_SCOPE", keys="limit")
    application.delete(of_tenant + "/SERVER_SCOPE", keys="limit")
    assert hot_at(31) and not hot_at(29.5)
    measure(node, 5)


def until(what, wanted, message):
    """What the server does after its answer."""
    begun = time.monotonic()
    while what() != wanted:
        assert time.monotonic() < begun + 30, message
        # Not a wait for an outcome: only keeps the question from taking the node's processor.
        time.sleep(0.01)


def related(node, application, device):
    """A rule's alarm is shown at the house of the device."""
    house = application.post("/api/device", {"name": "House"})
    application.post("/api/relation", {"from": house["id"], "to": device["id"], "type": "Contains"})
    set_rules(application, device, [{
        "id": "4", "alarmType": "hot in the house", "propagate": True, "propagateRelationTypes": ["Contains"],
        "createRules": {"MAJOR": rule("GREATER", 30)}, "clearRule": rule("LESS", 25)}])
    measure(node, 33)
    until(lambda: "hot in the house" in alarms(application, house), True, "the house does not show the alarm")
    measure(node, 5)
    assert "hot in the house" not in alarms(application, house)


def own_field(node, application, device):
    """One of the device alone."""
    expression = {"type": "SIMPLE", "filters": [{
        "argument": "now", "valueType": "NUMERIC", "predicates": [{
            "type": "NUMERIC", "operation": "GREATER", "value": {"staticValue": 60}}]}]}
    field = application.post("/api/calculatedField", {
        "type": "ALARM", "name": "own", "entityId": device["id"], "configuration": {
            "type": "ALARM", "arguments": {"now": {"refEntityKey": {"key": "temperature", "type": "TS_LATEST"}}},
            "createRules": {"MINOR": {"condition": {"type": "SIMPLE", "expression": expression}}}}})
    node.kill()
    node.start()
    application.log_in("tenant@thingsboard.org", "tenant")
    Device(node, "A2_TEST_TOKEN").post("/telemetry", json.dumps({"temperature": 61}))
    other = application.get("/api/tenant/devices", deviceName="Test Device A2")
    assert "own" not in alarms(application, other)
    measure(node, 61)
    assert "own" in alarms(application, device)
    application.delete("/api/calculatedField/" + field["id"]["id"])


def durations(node, application, device):
    set_rules(application, device, [{"id": "2", "alarmType": "long hot", "createRules": {
        "WARNING": rule("GREATER_OR_EQUAL", 40, **lasting(SECONDS))}}])
    began = time.time()
    measure(node, 41)
    assert "long hot" not in alarms(application, device)
    node.kill()
    node.start()
    application.log_in("tenant@thingsboard.org", "tenant")
    while "long hot" not in alarms(application, device):
        assert time.time() < began + 60, "the alarm is not raised"
        # Not a wait for an outcome: only keeps the question from taking the node's processor.
        time.sleep(0.01)
    raised = alarms(application, device)["long hot"]
    assert raised["severity"] == "WARNING", raised
    assert raised["createdTime"] > (began + SECONDS) * 1000 - 5, (raised, began)


def calculated_fields(node, application, device):
    """The threshold is a shared attribute that the device may have."""
    set_rules(application, device, [])
    field = application.post("/api/calculatedField", {
        "type": "ALARM", "name": "humid", "entityId": device["deviceProfileId"],
        "configuration": {
            "type": "ALARM",
            "arguments": {
                "now": {"refEntityKey": {"key": "humidity", "type": "TS_LATEST"}},
                "limit": {"refEntityKey": {"key": "wettest", "type": "ATTRIBUTE", "scope": "SERVER_SCOPE"},
                          "defaultValue": "80"}},
            "createRules": {"MINOR": {
                "condition": {"type": "SIMPLE", "expression": {"type": "TBEL", "expression": "return now > limit;"}},
                "alarmDetails": "${now} of ${limit}"}},
            "clearRule": {"condition": {"type": "SIMPLE", "expression": {"type": "SIMPLE", "filters": [{
                "argument": "now", "valueType": "NUMERIC", "predicates": [{
                    "type": "NUMERIC", "operation": "LESS", "value": {"staticValue": 50}}]}]}}}}})
    sender = Device(node, "A1_TEST_TOKEN")
    sender.post("/telemetry", json.dumps({"humidity": 75}))
    assert "humid" not in alarms(application, device)
    application.post(f"/api/plugins/telemetry/DEVICE/{device['id']['id']}/SERVER_SCOPE", {"wettest": 70})
    assert alarms(application, device)["humid"]["details"] == {"data": "75 of 70"}
    sender.post("/telemetry", json.dumps({"humidity": 40}))
    assert "humid" not in alarms(application, device)
    application.delete("/api/calculatedField/" + field["id"]["id"])
    sender.post("/telemetry", json.dumps({"humidity": 99}))
    assert "humid" not in alarms(application, device)


def refusals(application, device):
    wrong = rule("GREATER", 30)
    wrong["condition"]["condition"][0]["predicate"]["operation"] = "NEARLY"
    answer = set_rules(application, device, [{"id": "3", "alarmType": "odd", "createRules": {"MAJOR": wrong}}], 400)
    assert "profileData.alarms[0].createRules.MAJOR.condition.condition[0].predicate.operation" in answer["message"]


def tell(binary, folder):
    node = Node(binary, folder / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        device = application.get("/api/tenant/devices", deviceName="Test Device A1")
        thresholds(node, application, device)
        owners(node, application, device)
        durations(node, application, device)
        related(node, application, device)
        own_field(node, application, device)
        calculated_fields(node, application, device)
        refusals(application, device)
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))

"""Alarms, told to the real muster-node: a rule chain raises and clears them, applications look after them, and what was
answered is there after a crash. Usage: alarms.py MUSTER_NODE"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node  # noqa: E402
from rule_chains import link, node_of, save_graph  # noqa: E402
from story import Application, Device  # noqa: E402


def make_chain(application):
    """Hot telemetry raises an alarm, cold telemetry clears it; alarms that are acknowledged are counted."""
    chain = application.post("/api/ruleChain", {"name": "Alarms"})
    details = "return {t: msg.temperature, before: metadata.prevAlarmDetails || 'none'};"
    graph = save_graph(application, chain, [
        node_of("filter.TbMsgTypeSwitchNode", "Switch", version=0),
        node_of("filter.TbJsFilterNode", "Hot?", jsScript="return msg.temperature > 50;"),
        node_of("action.TbCreateAlarmNode", "Raise", alarmType="Hot", severity="$[how]", dynamicSeverity=True,
                propagateToTenant=True, alarmDetailsBuildJs=details),
        node_of("action.TbClearAlarmNode", "Clear", alarmType="Hot", alarmDetailsBuildJs="return {over: true};"),
        node_of("transform.TbTransformMsgNode", "Count",
                jsScript="return {msg: {acknowledged: msg.type}, metadata: metadata, "
                         "msgType: 'POST_TELEMETRY_REQUEST'};"),
        node_of("telemetry.TbMsgTimeseriesNode", "Save", defaultTTL=0),
    ], [link(0, 1, "Post telemetry"), link(1, 2, "True"), link(1, 3, "False"), link(0, 4, "Alarm Acknowledged"),
        link(4, 5, "Success")])
    assert not any("warning" in one for one in graph["nodes"]), graph
    application.post(f"/api/ruleChain/{chain['id']['id']}/root")


def alarms_of(application, device, **wanted):
    return application.get(f"/api/alarm/DEVICE/{device}", pageSize=10, page=0, sortProperty="createdTime",
                           **wanted)["data"]


def raise_and_clear(application, device, device_id):
    device.post("/telemetry", '{"temperature":60,"how":"MAJOR"}')
    device.post("/telemetry", '{"temperature":70,"how":"CRITICAL"}')
    first, = alarms_of(application, device_id)
    assert first["severity"] == "CRITICAL" and first["status"] == "ACTIVE_UNACK", first
    assert first["details"] == {"t": 70, "before": '{"t":60,"before":"none"}'}, first
    assert first["originatorName"] == "Oven" and first["endTs"] >= first["startTs"], first
    assert application.get(f"/api/alarm/highestSeverity/DEVICE/{device_id}") == "CRITICAL"
    path = f"/api/alarm/{first['id']['id']}"
    application.post(path + "/ack")
    latest = application.get(f"/api/plugins/telemetry/DEVICE/{device_id}/values/timeseries", keys="acknowledged")
    assert latest["acknowledged"][0]["value"] == "Hot", latest
    device.post("/telemetry", '{"temperature":20}')
    cleared = application.get(path)
    assert cleared["status"] == "CLEARED_ACK" and cleared["details"] == {"over": True}, cleared
    device.post("/telemetry", '{"temperature":55,"how":"MINOR"}')
    assert len(alarms_of(application, device_id)) == 2
    return path


def look_after(application, path):
    me = application.get("/api/auth/user")
    application.post(f"{path}/assign/{me['id']['id']}")
    application.post(path + "/comment", {"comment": {"text": "It was the door"}})
    said = [one["comment"]["text"] for one in
            application.get(path + "/comment", pageSize=10, page=0, sortProperty="createdTime")["data"]]
    assert said == [f"Alarm was acknowledged by user {me['email']}",
                    f"Alarm was assigned by user {me['email']} to user {me['email']}", "It was the door"], said
    application.post(path + "/ack", expected=400)


def tell(binary, folder):
    node = Node(binary, folder / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        make_chain(application)
        device_id = application.post("/api/device", {"name": "Oven"}, accessToken="OVEN")["id"]["id"]
        device = Device(node, "OVEN")
        path = raise_and_clear(application, device, device_id)
        look_after(application, path)
        before = alarms_of(application, device_id)
        tenant = application.get("/api/auth/user")["tenantId"]["id"]
        shown = application.get(f"/api/alarm/TENANT/{tenant}", pageSize=10, page=0, searchStatus="ACTIVE")
        assert [one["type"] for one in shown["data"]] == ["Hot"], shown

        # What was answered 200 is durable, whatever becomes of the process.
        node.kill()
        node.start()
        assert alarms_of(application, device_id) == before
        device.post("/telemetry", '{"temperature":90,"how":"MAJOR"}')
        active, = alarms_of(application, device_id, searchStatus="ACTIVE")
        assert active["id"] == before[1]["id"] and active["severity"] == "MAJOR", active
        application.delete(path)
        application.get(path, expected=404)
        application.delete(f"/api/device/{device_id}")
        left = application.get("/api/alarms", pageSize=10, page=0)
        assert left["totalElements"] == 0, left
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))

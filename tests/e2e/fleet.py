"""How a fleet comes up: a tenant, its people, its devices, each by the means it would use, and the
node killed in between. Usage: fleet.py MUSTER_NODE"""

import pathlib
import subprocess
import sys
import tempfile
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from muster_node import Node  # noqa: E402
from story import Application  # noqa: E402


def activated(node, maker, user, password):
    """A new user who follows the link as it was given to him."""
    made = maker.post("/api/user", user, sendActivationMail="false")
    link = maker.session.get(maker.url(f"/api/user/{made['id']['id']}/activationLink"), timeout=30)
    followed = requests.get(link.text, timeout=30, allow_redirects=False)
    assert followed.status_code == 303, followed.status_code
    token = followed.headers["Location"].split("activateToken=")[1]
    application = Application(node)
    application.post("/api/noauth/activate", {"activateToken": token, "password": password})
    application.log_in(user["email"], password)
    return application


def restarted(node, *applications):
    """What was answered 200 is durable, whatever becomes of the process."""
    node.kill()
    node.start()
    for application in applications:
        application.session.close()


def paste(command):
    """What a shell makes of a command; the status that curl was answered."""
    done = subprocess.run(command + " --silent --output /dev/null --write-out '%{http_code}'", shell=True, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout


def tell(node):
    system = Application(node)
    system.log_in("sysadmin@thingsboard.org", "sysadmin")
    tenant = system.post("/api/tenant", {"title": "Waterworks"})
    admin = activated(node, system, {"email": "admin@water.example", "authority": "TENANT_ADMIN",
                                     "tenantId": tenant["id"]}, "tap water")
    customer = admin.post("/api/customer", {"title": "Village"})
    owner = activated(node, admin, {"email": "owner@water.example", "authority": "CUSTOMER_USER",
                                    "customerId": customer["id"]}, "well water")
    restarted(node, admin, owner, system)

    profile = admin.post("/api/deviceProfile", {
        "name": "Meter", "provisionType": "ALLOW_CREATE_NEW_DEVICES", "provisionDeviceKey": "water key",
        "profileData": {"provisionConfiguration": {"type": "ALLOW_CREATE_NEW_DEVICES",
                                                   "provisionDeviceSecret": "water secret"}}})
    given = requests.post(f"http://127.0.0.1:{node.port}/api/v1/provision", timeout=30, json={
        "deviceName": "Meter 1", "provisionDeviceKey": "water key", "provisionDeviceSecret": "water secret"})
    assert given.json()["status"] == "SUCCESS", given.text
    device = admin.get("/api/tenant/device", deviceName="Meter 1")
    assert device["type"] == "Meter", device
    path = f"/api/device/{device['id']['id']}"
    owner.get(path, 403)
    admin.post(f"/api/customer/{customer['id']['id']}/device/{device['id']['id']}")
    restarted(node, admin, owner, system)
    assert owner.get(path)["customerId"] == customer["id"]
    profile["name"] = "Water meter"
    admin.post("/api/deviceProfile", profile)
    restarted(node, admin, owner, system)
    until = time.monotonic() + 30
    while admin.get(path)["type"] != "Water meter":
        assert time.monotonic() < until, "the device keeps the old name of its profile"
        time.sleep(0.01)

    # A token that a shell and a URL would both take for something else.
    awkward = admin.post("/api/device", {"name": "Awkward"}, accessToken="a 'b' \"c\" $(d) `e` ;f&g?h#i%20")
    owner.get(f"/api/device-connectivity/{awkward['id']['id']}", 403)
    commands = admin.get(f"/api/device-connectivity/{awkward['id']['id']}")
    for name, command in commands["http"].items():
        assert paste(command) == "200", (name, command)
    listed = admin.get("/api/tenant/deviceInfos", pageSize=10, page=0, active="true")
    assert [each["name"] for each in listed["data"]] == ["Awkward"], listed

    log = admin.get(f"/api/audit/logs/entity/DEVICE/{device['id']['id']}", pageSize=10, page=0)
    assert [each["actionType"] for each in log["data"]] == ["ASSIGNED_TO_CUSTOMER", "PROVISION_SUCCESS"], log

    system.delete(f"/api/tenant/{tenant['id']['id']}")
    admin.get(path, 401)
    token = given.json()["credentialsValue"]
    refused = requests.post(f"http://127.0.0.1:{node.port}/api/v1/{token}/telemetry", data="{a:1}", timeout=30)
    assert refused.status_code == 401, refused.status_code


def main():
    binary = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        node = Node(binary, pathlib.Path(folder) / "data", ["--demo"])
        node.start()
        try:
            tell(node)
        finally:
            node.stop()
    print("The fleet is up.")


if __name__ == "__main__":
    main()

"""A package for a whole fleet: the node is ended and killed on the way, and each device is told.
Usage: rollout.py MUSTER_NODE MUSTER_IMPORT [DEVICES]"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import requests

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "support")]
sys.dont_write_bytecode = True

from muster_node import Node  # noqa: E402
from story import Application  # noqa: E402

MB = 1024 * 1024
SIZE = 1_000_000
#: Resident devices by default are 20 000; the rest of a fleet costs no memory while it is told.
MOST_MEMORY = 250 * MB
#: As slow as a machine that does much else may be, and the restarts.
LEAST_PACE = 500


def bring(node, importer, folder, count):
    with open(folder / "devices.csv", "w", encoding="utf-8") as file:
        file.write("name,profile,token\n")
        file.writelines(f"Device {i},Fleet,FLEET_{i}\n" for i in range(count))
    subprocess.run([importer, "csv", "devices.csv", "--to", f"http://127.0.0.1:{node.port}", "--to-user",
                    "tenant@thingsboard.org"], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env={**os.environ, "MUSTER_IMPORT_TO_PASSWORD": "tenant"})


def assign(application):
    """Gives the fleet's profile a package; its identifier."""
    package = application.post("/api/otaPackage", {"title": "fleet", "version": "1", "type": "FIRMWARE"})["id"]["id"]
    application.take(application.session.post(
        application.url(f"/api/otaPackage/{package}?checksumAlgorithm=SHA256"), timeout=60,
        files={"file": ("fleet.bin", bytes(SIZE))}))
    profile = next(each for each in application.get("/api/deviceProfiles", pageSize=100, page=0)["data"]
                   if each["name"] == "Fleet")
    profile["firmwareId"] = {"entityType": "OTA_PACKAGE", "id": package}
    application.post("/api/deviceProfile", profile)
    return package


def end(node):
    assert node.stop() == 0, "the node did not end with 0"


def follow(node, application, package, count):
    """Until all are told; the node is ended after a third of them and killed after two."""
    ends = [(count // 3, end), (count * 2 // 3, Node.kill)]
    started, most, slowest = time.monotonic(), 0, 0
    longest = 30 + count / LEAST_PACE
    while True:
        # Counts all devices, so it has as long as they have.
        status = application.take(application.session.get(application.url(f"/api/otaPackage/{package}/rollout"),
                                                          timeout=longest))
        assert status["devices"] == count, status
        posted = time.monotonic()
        answer = requests.post(f"http://127.0.0.1:{node.port}/api/v1/FLEET_0/telemetry", data="{a:1}", timeout=30)
        slowest = max(slowest, time.monotonic() - posted)
        assert answer.status_code == 200, answer.status_code
        most = max(most, node.memory())
        if ends and status["told"] >= ends[0][0]:
            ends.pop(0)[1](node)
            node.start()
            application.session.close()
        elif status["told"] == count and not status["running"]:
            break
        took = time.monotonic() - started
        assert took < longest, f"{status} after {took:.0f} s"
        time.sleep(0.05)
    assert not ends, "the rollout was over before the node was"
    assert most < MOST_MEMORY or node.instrumented(), f"{most / MB:.0f} MB"
    print(f"{count} devices in {took:.1f} s, {most / MB:.0f} MB, telemetry in {slowest * 1000:.0f} ms at most")


def check_devices(node, count):
    for i in random.sample(range(count), 50):
        got = requests.get(f"http://127.0.0.1:{node.port}/api/v1/FLEET_{i}/attributes", timeout=30,
                           params={"sharedKeys": "fw_title,fw_size"}).json()
        assert got == {"shared": {"fw_title": "fleet", "fw_size": SIZE}}, got


def main():
    binary, importer = (str(pathlib.Path(each).resolve()) for each in sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 5_000
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Node(binary, folder / "data", ["--demo"]) as node:
            application = Application(node)
            application.log_in("tenant@thingsboard.org", "tenant")
            bring(node, importer, folder, count)
            follow(node, application, assign(application), count)
            check_devices(node, count)
            end(node)


if __name__ == "__main__":
    main()

"""Figures of bringing up a fleet: provisioning, a large directory, codecs, import."""

import csv
import json
import statistics
import subprocess
import time
import urllib.request

from figures.bench import median
from figures.figure import Figure
from figures.memory import prepared


def application(node, path, body):
    """One POST of the demo tenant's administrator."""
    def post(path, body, headers):
        request = urllib.request.Request(f"http://127.0.0.1:{node.port}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    token = post("/api/auth/login", {"username": "tenant@thingsboard.org", "password": "tenant"}, {})["token"]
    return post(path, body, {"X-Authorization": f"Bearer {token}"})


def provisioning(bench):
    """provisioning of new devices over HTTP, as a share of the durable telemetry rate"""
    devices = 5_000 if bench.short else 100_000
    node = bench.node(bench.fresh_folder("provisioning"))
    fleet = bench.create_fleet(node, 1000)
    application(node, "/api/deviceProfile", {
        "name": "bench", "type": "DEFAULT", "transportType": "DEFAULT",
        "provisionType": "ALLOW_CREATE_NEW_DEVICES", "provisionDeviceKey": "bench-key",
        "profileData": {"configuration": {"type": "DEFAULT"}, "transportConfiguration": {"type": "DEFAULT"},
                        "provisionConfiguration": {"type": "ALLOW_CREATE_NEW_DEVICES",
                                                   "provisionDeviceSecret": "bench-secret"}}})
    before = bench.load(node.port, fleet)
    made = bench.muster_bench("provision", "--port", node.port, "--key", "bench-key", "--secret", "bench-secret",
                              "--devices", devices)
    if made["answers"] != devices:
        raise RuntimeError(f"only {made['answers']} of {devices} were provisioned: {made['refused']}")
    after = bench.load(node.port, fleet)
    bench.stop(node)
    telemetry = statistics.mean([before["rate"], after["rate"]])
    return [Figure(f"provisioning of {devices} devices, share of telemetry", "share", made["rate"] / telemetry, 0.5,
                   0.5, higher_is_better=True, detail={"provisioning": made["rate"], "telemetry": telemetry})]


def large_directory(bench):
    """telemetry over 1000 devices with a million in the directory, as a share of the rate with 1000 there"""
    devices = 20_000 if bench.short else 1_000_000
    pristine, fleet = prepared(bench, devices)
    small = bench.standard_node()
    large = bench.node(pristine)
    runs = bench.interleaved(large=lambda: bench.load(large.port, fleet, devices=1000),
                             small=lambda: bench.load(small.port, small.fleet))
    bench.stop(large)
    rates = {which: median(results, "rate") for which, results in runs.items()}
    return [Figure(f"telemetry over 1000 of {devices} devices, share of 1000 alone", "share",
                   rates["large"] / rates["small"], 0.9, 1.0, higher_is_better=True,
                   detail={"requests_per_second": rates})]


def cbor(bench):
    """CBOR telemetry rate as a share of JSON's, median of interleaved pairs"""
    node = bench.standard_node()
    pairs = [(bench.load(node.port, node.fleet, "--cbor")["rate"], bench.load(node.port, node.fleet)["rate"])
             for _ in range(2 if bench.short else 10)]
    return [Figure("CBOR telemetry, share of JSON", "share", statistics.median(c / j for c, j in pairs), 0.95, 1.0,
                   higher_is_better=True, detail={"pairs": pairs})]


def import_csv(bench):
    """import of devices with five attributes each from CSV"""
    devices = 2_000 if bench.short else 100_000
    node = bench.node(bench.fresh_folder("import"))
    file = bench.work / "import.csv"
    with open(file, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["name", "token", *(f"server:attribute{i}" for i in range(5))])
        writer.writerows([f"Imported {i}", f"IMPORTED_{i}", i, i / 2, f"text {i}", "true", '{"a":[1]}']
                         for i in range(devices))
    for leftover in ("import.journal", "import-refused.csv"):
        (bench.work / leftover).unlink(missing_ok=True)
    started = time.monotonic()
    done = subprocess.run([bench.programs / "muster-import", "csv", file, "--to", f"http://127.0.0.1:{node.port}",
                           "--to-user", "tenant@thingsboard.org", "--to-password", "tenant",
                           "--journal", bench.work / "import.journal", "--report", bench.work / "import-refused.csv"],
                          capture_output=True, text=True)
    seconds = time.monotonic() - started
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    bench.stop(node)
    return [Figure(f"import of {devices} devices with five attributes", "s", seconds, 60, 30,
                   detail={"devices_per_second": devices / seconds})]

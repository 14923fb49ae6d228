#!/usr/bin/python3
"""The Debian package in a Debian of its own, with its systemd: installed, used, upgraded, stuck, in a cluster, removed,
installed again, purged. Ends with 77 where the machine can't do that. Usage: install_test.py CPACK_CONFIGURATION"""

import pathlib
import re
import sys
import tempfile
import time
import types

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "package")]
import packing  # noqa: E402
from machine import Machine, Unavailable  # noqa: E402
from rule_chains import make_answering_chain, route_by_profile  # noqa: E402
from story import Application, Device  # noqa: E402

NODE = types.SimpleNamespace(port=8080)
SHARDS = 256
TENANT = ("tenant@thingsboard.org", "tenant")


def install(machine, package):
    return machine.run(f"apt-get install -q -y --no-install-recommends /root/{package}")


def shown(machine, name):
    return machine.run(f"systemctl show -P {name} muster")


def is_active(machine):
    return machine.run("systemctl is-active muster", check=False)


def until(question, machine):
    """The answer, once it is no empty one."""
    end = time.monotonic() + 60
    while not (answer := question()):
        assert time.monotonic() < end, machine.run("journalctl -u muster -o cat | tail -n 50")
        time.sleep(0.1)
    return answer


def logged_in(name, password):
    application = Application(NODE)
    application.log_in(name, password)
    return application


def first_start(machine):
    said = install(machine, "older.deb")
    assert "journalctl -u muster" in said, said
    assert is_active(machine) == "active"
    journal = machine.run("journalctl -u muster -o cat")
    password = re.search(r"sysadmin@thingsboard.org has the password (\S+)", journal).group(1)
    logged_in("sysadmin@thingsboard.org", password).get("/api/tenants", pageSize=10, page=0)
    assert "man:muster-node(8)" in shown(machine, "Documentation")


def sandboxed(machine):
    """What the unit asks for is so, and nothing that the node does needs more."""
    process = shown(machine, "MainPID")
    status = dict(line.split(":\t") for line in machine.run(f"cat /proc/{process}/status").splitlines() if ":\t" in line)
    assert (status["Seccomp"], status["NoNewPrivs"], int(status["CapEff"], 16)) == ("2", "1", 0), status
    assert machine.run(f"stat -c %U /proc/{process}") == "muster"
    assert machine.run("stat -c '%U %a' /var/lib/muster") == "muster 700"
    assert machine.run("stat -c '%U %G %a' /etc/muster") == "root muster 750"


def used(machine):
    machine.run("sed -i 's/^#demo=false/demo=true/' /etc/muster/muster.conf && systemctl restart muster")
    Device(NODE, "B1_TEST_TOKEN").post("/telemetry", '{"temperature":21}')
    application = logged_in(*TENANT)
    route_by_profile(NODE, application, make_answering_chain(application))
    machine.run("systemctl reload muster")
    assert is_active(machine) == "active"


def backed_up(machine):
    """Outside of the data folder only where the operator says so, which the refusal tells."""
    backup = "muster-inspect backup /srv/backup/one --data /var/lib/muster"
    machine.run("install -d -o muster /srv/backup")
    assert "ReadWritePaths=" in machine.run(backup + " 2>&1", check=False)
    machine.run("""mkdir -p /run/systemd/system/muster.service.d
                   printf '[Service]\\nReadWritePaths=/srv/backup\\n' >/run/systemd/system/muster.service.d/backup.conf
                   systemctl daemon-reload
                   systemctl restart muster""")
    machine.run(backup)
    machine.run("muster-inspect store check --data /srv/backup/one")
    machine.run("rm -r /run/systemd/system/muster.service.d && systemctl daemon-reload && systemctl restart muster")


def latest_is(expected):
    application = logged_in(*TENANT)
    device = application.get("/api/tenant/devices", deviceName="Test Device B1")["id"]["id"]
    latest = application.get(f"/api/plugins/telemetry/DEVICE/{device}/values/timeseries", keys="temperature")
    assert latest["temperature"][0]["value"] == expected, latest


def upgraded(machine):
    before = shown(machine, "MainPID")
    install(machine, "newer.deb")
    assert machine.run("dpkg-query -W -f '${Version}' muster") != "0.0.1"
    assert is_active(machine) == "active" and shown(machine, "MainPID") != before
    assert "\ndemo=true\n" in machine.run("cat /etc/muster/muster.conf")
    latest_is("21")


def another_password(machine):
    machine.run("systemctl stop muster")
    password = machine.run("runuser -u muster -- muster-node --config /etc/muster/muster.conf --reset-admin").splitlines()[-1]
    machine.run("systemctl start muster")
    logged_in("sysadmin@thingsboard.org", password)


def stuck(machine):
    """The watchdog ends a node that does not move, and it comes back."""
    machine.run("""mkdir -p /run/systemd/system/muster.service.d
                   printf '[Service]\\nWatchdogSec=2\\nRestartSec=0\\n' >/run/systemd/system/muster.service.d/fast.conf
                   systemctl daemon-reload
                   systemctl restart muster""")
    process = shown(machine, "MainPID")
    machine.run(f"kill -STOP {process}")
    until(lambda: shown(machine, "NRestarts") != "0" and is_active(machine) == "active", machine)
    assert shown(machine, "MainPID") != process
    latest_is("21")
    machine.run("rm -r /run/systemd/system/muster.service.d && systemctl daemon-reload && systemctl restart muster")


def shards(machine, port):
    said = machine.run(f"curl -s http://localhost:{port}/metrics", check=False)
    found = re.search(r"(?m)^muster_cluster_shards (\d+)$", said)
    return int(found.group(1)) if found else None


def clustered(machine):
    """As a node of a cluster too it needs no more, not even when it is declared dead and starts anew."""
    machine.run("""runuser -u postgres -- psql -q -c 'create role muster login' -c 'create database muster owner muster'
                   cp -p /etc/muster/muster.conf /root/kept
                   printf '%s\n' 'cluster.dsn="host=/run/postgresql dbname=muster"' node.id=n1 cluster.address=127.0.0.1 \\
                     cluster.unsafe_single_copy=true >>/etc/muster/muster.conf
                   systemctl restart muster""")
    until(lambda: shards(machine, 8080) == SHARDS, machine)
    machine.run("""systemd-run -q --unit other -p User=muster muster-node --cluster.dsn 'host=/run/postgresql dbname=muster' \\
                     --cluster.unsafe_single_copy --node.id n2 --cluster.address 127.0.0.1 --cluster.port 4370 \\
                     --http.port 8081 --data.dir /var/lib/muster/other""")
    until(lambda: shards(machine, 8081), machine)
    for token in ("A1_TEST_TOKEN", "B1_TEST_TOKEN"):
        Device(NODE, token).post("/telemetry", '{"temperature":22}')
    process = shown(machine, "MainPID")
    machine.run(f"kill -STOP {process}")
    until(lambda: shards(machine, 8081) == SHARDS, machine)
    machine.run(f"kill -CONT {process}")
    until(lambda: 0 < (shards(machine, 8081) or 0) < SHARDS, machine)
    assert is_active(machine) == "active" and shown(machine, "MainPID") == process
    assert "Starting anew" in machine.run("journalctl -u muster -o cat")
    machine.run("systemctl stop other muster && cp -p /root/kept /etc/muster/muster.conf && systemctl start muster")


def wrongly_configured(machine):
    """Is not tried again and again."""
    machine.run("cp -p /etc/muster/muster.conf /root/kept && echo http.prot=1 >>/etc/muster/muster.conf")
    machine.run("systemctl restart muster", check=False)
    assert is_active(machine) == "failed" and shown(machine, "ExecMainStatus") == "2"
    assert "http.prot" in machine.run("journalctl -u muster -o cat")
    machine.run("cp -p /root/kept /etc/muster/muster.conf && systemctl start muster")


def removed(machine):
    machine.run("apt-get remove -q -y muster")
    assert is_active(machine) != "active"
    machine.run("test ! -e /usr/bin/muster-node && test -e /etc/muster/muster.conf && test -e /var/lib/muster/store")
    install(machine, "newer.deb")
    latest_is("21")


def purged(machine):
    machine.run("apt-get purge -q -y muster")
    machine.run("test ! -e /etc/muster && test ! -e /var/lib/muster && test ! -e /lib/systemd/system/muster.service")
    assert "muster" not in machine.run("systemctl list-unit-files")


def tell(cpack, folder):
    machine = Machine(folder / "root")
    # Before this test's own network is the machine's.
    for name, version in (("older", "0.0.1"), ("newer", None)):
        packing.pack(cpack, folder / name, version).rename(machine.root / "root" / f"{name}.deb")
    machine.prepare("""apt-get update -q
                       apt-get install -q -y --no-install-recommends curl postgresql tzdata
                       apt-get install -q -y --no-install-recommends --download-only /root/older.deb""")
    try:
        machine.boot(folder / "boot.log")
        machine.enter_network()
        for chapter in (first_start, sandboxed, used, backed_up, upgraded, another_password, stuck, wrongly_configured, clustered,
                        removed, purged):
            print(chapter.__name__, flush=True)
            chapter(machine)
    finally:
        machine.stop()


def main():
    with tempfile.TemporaryDirectory() as folder:
        try:
            tell(sys.argv[1], pathlib.Path(folder))
        except Unavailable as why:
            print(f"Skipped: {why}")
            return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""The disk under the primary is full for a while: writes are refused with 503, nothing acknowledged is lost, and all
goes on by itself when there is room again. Usage: disk_test.py MUSTER_NODE data|journal"""

import contextlib
import pathlib
import subprocess
import sys
import time

from story import tell
from fleet import Device, expect
from muster_cluster import Cluster, rig, until
from namespaces import enter
from writers import Load

SIZE = 192 * 1024 * 1024


class SmallDiskCluster(Cluster):
    """The primary's data, or only its journal (pg_wal), is on a small disk of its own."""

    def start_database(self):
        primary = self.database.primary
        below = pathlib.Path(self.database.folder)
        self.disk, other = pathlib.Path(primary.folder), below / "wal"
        if sys.argv[2] == "journal":
            self.disk, other = other, self.disk
        for folder in (below, other, self.disk):
            rig.make_folder(folder)
        user = rig.account()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700,uid={user.pw_uid},gid={user.pw_gid}",
                        "tmpfs", self.disk], check=True)
        primary.make()
        journal = pathlib.Path(primary.data) / "pg_wal"
        subprocess.run(["cp", "-a", f"{journal}/.", below / "wal"], check=True)
        subprocess.run(["rm", "-r", journal], check=True)
        journal.symlink_to(below / "wal")
        super().start_database()

    def fill(self):
        """A file of somebody else takes all that is left."""
        with open(self.disk / "filler", "wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(65536)):
                pass

    def empty(self):
        (self.disk / "filler").unlink()

    def __exit__(self, *how):
        super().__exit__(*how)
        subprocess.run(["umount", "--lazy", self.disk], check=False)


def refused_writes(load):
    return sum(writer.statuses[503] for writer in load.writers)


def use_up(primary):
    """What the journal has in reserve: segments that are to be used again."""
    with contextlib.suppress(RuntimeError):
        for _ in range(20):
            primary.query("select pg_switch_wal()")


def weather(cluster, until_back):
    """Fills the disk under load, and frees it; a poll is parked all the time."""
    login = cluster.nodes[0].log_in()
    device = Device(cluster.nodes[0], "PARKED", login)
    device.poll(cluster.nodes[0], "attributes/updates", 1).answer(expected=408)
    poll = device.poll(cluster.nodes[0], "attributes/updates")
    with Load(cluster, 16) as load:
        load.flow()
        cluster.fill()
        use_up(cluster.database.primary)
        took = until(lambda: refused_writes(load) > 0, "writes to be refused", 60)
        print(f"writes refused {took:.2f} s after the disk was full", flush=True)
        until_back(load)
        cluster.empty()
        if not cluster.database.primary.pid():
            # As its supervisor would: PostgreSQL ends when its journal cannot be written.
            cluster.database.primary.start()
        took = load.flow(60)
        print(f"all writers answered {took:.2f} s after there was room", flush=True)
        device.share(cluster.nodes[1], {"target": 1})
        assert poll.answer() == {"target": 1}, (poll.text, poll.took)
        cluster.wait_balanced()
    load.check()


def data(cluster):
    """No room for more rows: reads go on, also of devices that nobody has in memory, and nobody is expelled."""
    login = cluster.nodes[0].log_in()
    quiet = [Device(cluster.nodes[0], f"QUIET_{number}", login) for number in range(16)]
    for device in quiet[:8]:
        expect(cluster.nodes[0], "POST", f"/api/v1/{device.token}/attributes", {"a": 1})
    before = cluster.owner_rows()

    def reads_go_on(_):
        end = time.monotonic() + 8
        while time.monotonic() < end:
            for node in cluster.nodes:
                for device in quiet[:8]:
                    expect(node, "GET", f"/api/v1/{device.token}/attributes")
                # Not by the device: that it is active again would be a change.
                for device in quiet[8:]:
                    expect(node, "GET", f"/api/plugins/telemetry/DEVICE/{device.id}/values/attributes", headers=login)
        assert cluster.owner_rows() == before

    weather(cluster, reads_go_on)


def journal(cluster):
    """No room for the journal: the primary ends itself."""
    def primary_ends(_):
        until(lambda: not cluster.database.primary.pid(), "the primary to end", 60)
        # Longer than a silent member is borne.
        time.sleep(6)

    weather(cluster, primary_ends)


if __name__ == "__main__":
    enter("mount")
    tell(data, journal, kind=SmallDiskCluster)

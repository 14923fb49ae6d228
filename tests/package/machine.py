"""A Debian 12 of its own that is booted in a container: systemd runs in it, and the network is its own."""

import ctypes
import os
import pathlib
import shutil
import subprocess
import time

CLONE_NEWNET = 0x40000000
SHELL = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LANG=C.UTF-8", "sh", "-ec"]
# tzdata renames /etc/localtime, so it must not be a mount.
CONTAINER = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--timezone=off", "-D"]


class Unavailable(Exception):
    """Why there is no such machine here."""


class Machine:
    def __init__(self, root):
        """Unpacks a Debian 12 with systemd into `root`; raises Unavailable."""
        self.root = pathlib.Path(root)
        self.container = self.leader = None
        if os.geteuid() != 0:
            raise Unavailable("not root")
        for program in ("mmdebstrap", "systemd-nspawn", "nsenter"):
            if not shutil.which(program):
                raise Unavailable(f"no {program}")
        made = subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", "--include=systemd,dbus", "bookworm", self.root],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode != 0:
            raise Unavailable(f"no base system: {made.stdout}")

    def prepare(self, script):
        """Runs a shell's script before the machine is booted, with the network of this one."""
        done = subprocess.run([*CONTAINER, self.root, *SHELL, script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=600)
        if done.returncode != 0:
            raise Unavailable(done.stdout)

    def boot(self, log):
        """Returns when all services are started; raises Unavailable where containers can't boot."""
        with open(log, "wb") as output:
            self.container = subprocess.Popen([*CONTAINER, self.root, "--private-network", "--boot"],
                                              stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        until = time.monotonic() + 120
        while not self.started():
            if self.container.poll() is not None or time.monotonic() > until:
                raise Unavailable(f"it does not boot: {pathlib.Path(log).read_text()}")
            # Not a wait for an outcome: only keeps the question from taking the machine's processor.
            time.sleep(0.1)

    def started(self):
        children = pathlib.Path(f"/proc/{self.container.pid}/task/{self.container.pid}/children")
        try:
            self.leader = int(children.read_text().split()[0])
        except (OSError, IndexError):
            return False
        return self.run("systemctl is-system-running --wait", check=False) in ("running", "degraded")

    def run(self, script, check=True):
        """What a shell's script in the machine says."""
        done = subprocess.run(["nsenter", "-t", str(self.leader), "-a", *SHELL, script],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        if check and done.returncode != 0:
            raise AssertionError(f"{script}: {done.returncode}\n{done.stdout}")
        return done.stdout.strip()

    def enter_network(self):
        """From now on this thread's sockets are in the machine's network."""
        with open(f"/proc/{self.leader}/ns/net") as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def stop(self):
        if self.container is not None and self.container.poll() is None:
            self.container.terminate()
            self.container.wait(60)

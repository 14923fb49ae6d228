"""Programs in Linux namespaces of their own, and between them a network in which any two can be cut from each other:
then nothing passes and nothing is refused, as if a cable were drawn. Standard library, iproute2 and util-linux."""

import os
import subprocess
import sys
import time

SKIPPED = 77
ENTERED = "MUSTER_TEST_NAMESPACES"


def enter(kind):
    """Runs this program anew in a namespace (`net` or `mount`) that ends with it; where that is not allowed, says so
    and ends it as skipped."""
    if os.environ.get(ENTERED) == kind:
        return
    who = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    command = ["unshare", *who, f"--{kind}"]
    try:
        allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        print(f"skipped: a namespace ({kind}) is not allowed here")
        sys.exit(SKIPPED)
    os.environ[ENTERED] = kind
    os.execvp(command[0], [*command, sys.executable, *sys.argv])


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


class Space:
    """A network namespace, kept by a process that ends with this one."""

    def __init__(self):
        self.keeper = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE)
        self.pid = self.keeper.pid
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.pid}/ns/net") == own:
            time.sleep(0.001)
        self.inside = ["nsenter", "--target", str(self.pid), "--net"]
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *command):
        run(*self.inside, *command)

    def close(self):
        self.keeper.stdin.close()
        self.keeper.wait()


class Network:
    """Places by name, each with an address, joined by one router. Two are where this program itself is: `clients`,
    and `database` with an address of its own, so that it can be cut from others than the clients."""

    def __init__(self):
        self.router = Space()
        self.spaces = {}
        self.addresses = {"clients": "10.77.0.2", "database": "10.77.0.3"}
        run("ip", "link", "set", "lo", "up")
        self.router.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        self.join(0, [], self.addresses.values())

    def join(self, number, inside, addresses):
        """A cable from the router to a namespace, which has these addresses."""
        own, far = f"m{number}", f"r{number}"
        router, gateway = str(self.router.pid), f"10.77.{number}.1"
        run(*inside, "ip", "link", "add", own, "type", "veth", "peer", "name", far, "netns", router)
        self.router.run("ip", "address", "add", f"{gateway}/24", "dev", far)
        self.router.run("ip", "link", "set", far, "up")
        for address in addresses:
            run(*inside, "ip", "address", "add", f"{address}/24", "dev", own)
        run(*inside, "ip", "link", "set", own, "up")
        run(*inside, "ip", "route", "add", "10.77.0.0/16", "via", gateway)

    def add(self, name):
        """A place of its own; returns its address and the words before a command that is to run there."""
        space = self.spaces[name] = Space()
        number = len(self.spaces)
        self.addresses[name] = f"10.77.{number}.2"
        self.join(number, space.inside, [self.addresses[name]])
        return self.addresses[name], space.inside

    def change(self, what, one, others):
        for other in others:
            for source, target in ((one, other), (other, one)):
                self.router.run("ip", "rule", what, "from", self.addresses[source], "to", self.addresses[target],
                                "blackhole")

    def cut(self, one, *others):
        """Nothing passes between one place and the others any more."""
        self.change("add", one, others)

    def heal(self, one, *others):
        self.change("delete", one, others)

    def close(self):
        for space in [*self.spaces.values(), self.router]:
            space.close()

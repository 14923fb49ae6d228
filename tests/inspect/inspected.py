"""A node with its operator: muster-inspect as a child process. Usage of the stories: STORY MUSTER_NODE MUSTER_INSPECT"""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / each) for each in ("support", "e2e")]
sys.dont_write_bytecode = True

from muster_node import Node  # noqa: E402
from story import Application  # noqa: E402


class Operator:
    """Asks about one data folder."""

    def __init__(self, program, data):
        self.program = program
        self.data = data

    def run(self, *words, status=0, data=True):
        """What it prints."""
        where = ["--data", str(self.data)] if data else []
        done = subprocess.run([self.program, *words, *where], capture_output=True, text=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL)
        assert status is None or done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout if status != 1 else done.stderr

    def ask(self, *words, status=0):
        return json.loads(self.run(*words, "--json", status=status))


def tell(story, *options):
    """Runs a story with a node that has the demo's devices."""
    with tempfile.TemporaryDirectory(prefix="muster-inspect-") as folder:
        data = pathlib.Path(folder) / "data"
        node = Node(sys.argv[1], data, ["--demo", *options])
        with node:
            application = Application(node)
            application.log_in("tenant@thingsboard.org", "tenant")
            story(node, application, Operator(sys.argv[2], data))
        node.process = None

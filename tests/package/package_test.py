#!/usr/bin/python3
"""The Debian package, unpacked: where things are, what the unit and the scripts say, and that the programs work from
there. Needs no root. Usage: package_test.py CPACK_CONFIGURATION"""

import configparser
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "e2e"), str(TESTS / "package")]
from muster_node import Node  # noqa: E402
from rule_chains import make_answering_chain  # noqa: E402
from story import Application  # noqa: E402
import packing  # noqa: E402

CPACK = sys.argv.pop(1)
NODE_ENDS_WITHIN = 15
"""What of the exposure to the machine's other software is accepted, in tenths; see systemd-analyze security."""
EXPOSURE = 15


class Unit(configparser.RawConfigParser):
    """A unit's file. An option given twice is both, a line each."""

    class Lines(dict):
        def __setitem__(self, key, value):
            if isinstance(value, list) and key in self:
                self[key].extend(value)
            else:
                super().__setitem__(key, value)

    def __init__(self, path):
        super().__init__(strict=False, dict_type=self.Lines, empty_lines_in_values=False, delimiters=("=",))
        self.optionxform = str
        self.read(path)


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        path = pathlib.Path(cls.folder.name)
        cls.package = packing.pack(CPACK, path / "packed")
        cls.root, cls.control, cls.scratch = path / "root", path / "control", path / "scratch"
        cls.scratch.mkdir()
        subprocess.run(["dpkg-deb", "-x", cls.package, cls.root], check=True)
        subprocess.run(["dpkg-deb", "-e", cls.package, cls.control], check=True)
        cls.unit_file = cls.root / "lib/systemd/system/muster.service"
        cls.unit = Unit(cls.unit_file)
        cls.programs = sorted(path.name for path in (cls.root / "usr/bin").iterdir())

    def field(self, name):
        done = subprocess.run(["dpkg-deb", "-f", self.package, name], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def test_everything_is_in_its_place(self):
        self.assertLessEqual({"muster-node", "muster-import"}, set(self.programs))
        for name in ("usr/lib/muster/libmuster-spidermonkey.so", "etc/muster/muster.conf", "usr/share/doc/muster/copyright",
                     "usr/share/doc/muster/changelog.gz", "usr/share/doc/muster/operation.md"):
            self.assertTrue((self.root / name).is_file(), name)
        for path in self.root.rglob("*"):
            self.assertFalse(path.stat().st_mode & 0o022, f"{path} may be written by others")

    def test_its_libraries_are_depended_on(self):
        depends = self.field("Depends")
        for name in ("libc6", "libmozjs-102-0", "libpistache0", "libpq5", "adduser", "tzdata"):
            self.assertRegex(depends, rf"(^|, ){re.escape(name)}\b")

    def test_the_changelog_tells_of_this_version(self):
        with gzip.open(self.root / "usr/share/doc/muster/changelog.gz", "rt") as text:
            self.assertTrue(text.readline().startswith(f"muster ({self.field('Version')}) "))

    def test_the_scripts_are_shell(self):
        for name in ("postinst", "prerm", "postrm"):
            script = self.control / name
            self.assertTrue(os.access(script, os.X_OK), name)
            subprocess.run(["sh", "-n", script], check=True)

    def test_what_an_operator_changes_is_kept(self):
        files = (self.control / "conffiles").read_text().split()
        self.assertEqual(files, [f"/{path.relative_to(self.root)}" for path in self.root.glob("etc/**/*") if path.is_file()])

    def test_the_unit_fits_the_program(self):
        service = self.unit["Service"]
        command = service["ExecStart"].split()
        self.assertTrue(os.access(self.root / command[0][1:], os.X_OK))
        self.assertEqual(command[1:], ["--config", "/etc/muster/muster.conf"])
        self.assertEqual(service["Type"], "notify")
        self.assertGreater(int(service["TimeoutStopSec"]), NODE_ENDS_WITHIN)
        configuration = (self.root / "etc/muster/muster.conf").read_text()
        self.assertIn(f"\ndata.dir=/var/lib/{service['StateDirectory']}\n", configuration)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd")
    def test_systemd_understands_the_unit(self):
        copy = self.scratch / "muster.service"
        copy.write_text(self.unit_file.read_text().replace("/usr/bin/muster-node", str(self.root / "usr/bin/muster-node")))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True)
        self.assertNotIn("muster.service", done.stderr)
        subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", copy], check=True,
                       stdout=subprocess.DEVNULL)

    def test_every_program_has_a_page_with_all_its_options(self):
        for name in self.programs:
            page, = self.root.glob(f"usr/share/man/man*/{name}.*.gz")
            with gzip.open(page, "rt") as text:
                said = text.read().replace("\\-", "-")
            self.assertRegex(said, rf"(?m)^\.TH {name.upper()} {page.parent.name[3:]} ")
            help_text = subprocess.run([self.root / "usr/bin" / name, "--help"], check=True, capture_output=True, text=True)
            for option in re.findall(r"(?m)^  (?:-\w,)?(--[\w.-]+)", help_text.stdout):
                self.assertIn(option, said)
            if shutil.which("man"):
                shown = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True,
                                       env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
                self.assertEqual((shown.returncode, shown.stderr), (0, ""))

    def test_the_node_runs_with_its_configuration_and_its_scripts(self):
        spelled_out = self.scratch / "muster.conf"
        spelled_out.write_text(re.sub(r"(?m)^#([\w.]+=)", r"\1", (self.root / "etc/muster/muster.conf").read_text()))
        node = Node(self.root / "usr/bin/muster-node", self.scratch / "data", ["--config", spelled_out, "--demo"])
        with node:
            application = Application(node)
            self.addCleanup(application.session.close)
            application.log_in("tenant@thingsboard.org", "tenant")
            make_answering_chain(application)
            self.assertIn("usr/lib/muster/libmuster-spidermonkey.so", pathlib.Path(f"/proc/{node.process.pid}/maps").read_text())
            self.assertEqual(node.stop(), 0)

    @unittest.skipUnless(shutil.which("lintian"), "no lintian")
    def test_lintian_finds_no_error(self):
        done = subprocess.run(["lintian", "--fail-on", "error,warning", self.package], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""PostgreSQL servers of our own, for tests and for clusters on one machine: a primary, and a synchronous standby if
asked. They run as an ordinary user, on loopback and on a socket in their folder, with fsync on, and everybody on this
machine may connect: nothing for production.

  rig.py start FOLDER [--standby]     make and start them (or start again what is there), print the connection string
  rig.py stop FOLDER | remove FOLDER
  rig.py kill|freeze|thaw|restart FOLDER primary|standby
  rig.py promote FOLDER               the standby becomes the primary, as a person or Patroni would do it
  rig.py rejoin FOLDER                a new standby of the present primary
  rig.py dsn FOLDER
  rig.py serve [--standby]            in a temporary folder that is removed with the end of standard input; the words
                                      above are read from it, one a line, and each is answered by a line
"""
import argparse
import contextlib
import ctypes
import fcntl
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from free_port import free_port  # noqa: E402

DATABASE = "muster"
SETTINGS = """
fsync = on
synchronous_commit = on
wal_level = replica
hot_standby = on
max_wal_senders = 8
wal_keep_size = 64MB
max_wal_size = 1GB
wal_retrieve_retry_interval = 200ms
client_connection_check_interval = 200ms
shared_buffers = 128MB
max_connections = 120
jit = off
logging_collector = off
dynamic_shared_memory_type = mmap
"""


def programs():
    """The folder of Debian's server programs, the newest version."""
    root = "/usr/lib/postgresql"
    versions = sorted(os.listdir(root), key=float) if os.path.isdir(root) else []
    if not versions:
        sys.exit("PostgreSQL is not installed: tools/dev setup installs it")
    return os.path.join(root, versions[-1], "bin")


def account():
    """PostgreSQL refuses to run as root: root runs it as postgres or nobody."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    sys.exit("root needs an account postgres or nobody to run PostgreSQL as")


def dies_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def run(*command, tied=False, added=(), **options):
    """Starts a program as the account; `tied`: it ends when this process dies; `added`: to its environment."""
    user = account()
    if os.geteuid() == 0:
        options.update(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/tmp", **dict(added)}
    preexec = dies_with_parent if tied else None
    return subprocess.Popen(command, env=environment, cwd="/", preexec_fn=preexec, start_new_session=not tied,
                            **options)


def finish(*command):
    child = run(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output, _ = child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {output}")
    return output


def make_folder(path):
    os.makedirs(path, mode=0o700)
    if os.geteuid() == 0:
        os.chown(path, account().pw_uid, account().pw_gid)


def wait_until(condition, what, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.02)


class Server:
    """One server in `folder`: data, log and socket."""

    def __init__(self, folder, tied, address="127.0.0.1"):
        self.folder = folder
        self.address = address
        self.environment = {}
        self.data = os.path.join(folder, "data")
        self.tied = tied

    @property
    def port(self):
        with open(os.path.join(self.folder, "port"), encoding="ascii") as file:
            return int(file.read())

    def pid(self):
        """Of the running postmaster, else None."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
                pid = int(file.readline())
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                return None if file.read().rsplit(")", 1)[1].split()[0] == "Z" else pid
        except (OSError, ValueError):
            return None

    def make(self):
        """From a template, because initdb takes seconds."""
        if not os.path.isdir(self.folder):
            make_folder(self.folder)
        shutil.copytree(template(), self.data)
        self.take_over_files()
        self.configure()

    def make_standby_of(self, primary):
        if not os.path.isdir(self.folder):
            make_folder(self.folder)
        shutil.rmtree(self.data, ignore_errors=True)
        finish(os.path.join(programs(), "pg_basebackup"), "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-d",
               f"host={primary.folder} port={primary.port} user=muster")
        self.configure()

    def take_over_files(self):
        if os.geteuid() == 0:
            user = account()
            for root, folders, files in os.walk(self.data):
                for name in folders + files:
                    os.chown(os.path.join(root, name), user.pw_uid, user.pw_gid)
            os.chown(self.data, user.pw_uid, user.pw_gid)
        os.chmod(self.data, 0o700)

    def configure(self):
        path = os.path.join(self.folder, "port")
        if not os.path.exists(path):
            with open(path, "w", encoding="ascii") as file:
                file.write(str(free_port()))
        self.write("muster.conf", f"{SETTINGS}\nlisten_addresses = '{self.address}'\nport = {self.port}\n"
                                  f"unix_socket_directories = '{self.folder}'\n")
        everybody = "".join(f"{kind} all all {where} trust\n{kind} replication all {where} trust\n"
                            for kind, where in (("local", ""), ("host", f"{self.address}/16")))
        self.write("pg_hba.conf", everybody)

    def write(self, name, text):
        path = os.path.join(self.data, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o644)

    def wait_for_standbys(self, count):
        """Says whether commits wait for a standby; also what a promoted server needs."""
        self.write("standbys.conf", f"synchronous_standby_names = '{'ANY 1 (*)' if count else ''}'\n")
        if self.pid():
            os.kill(self.pid(), signal.SIGHUP)

    def start(self):
        if self.pid():
            return
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(self.data, "postmaster.pid"))
        with open(os.path.join(self.folder, "log"), "a", encoding="utf-8") as log:
            child = run(os.path.join(programs(), "postgres"), "-D", self.data, tied=self.tied, added=self.environment,
                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        ready = [os.path.join(programs(), "pg_isready"), "-q", "-h", self.folder, "-p", str(self.port)]

        def is_ready():
            if child.poll() is not None:
                with open(os.path.join(self.folder, "log"), encoding="utf-8") as log:
                    raise RuntimeError("PostgreSQL did not start:\n" + "".join(log.readlines()[-20:]))
            return subprocess.run(ready, check=False).returncode == 0

        wait_until(is_ready, "PostgreSQL to start")

    def end(self, how):
        """SIGINT ends it in order, SIGKILL as a loss of the machine's processes would."""
        pid = self.pid()
        if not pid:
            return
        if how == signal.SIGKILL:
            for child in children_of(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, how)
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, how)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        wait_until(lambda: not self.pid(), "PostgreSQL to end")

    def signal_all(self, how):
        pid = self.pid()
        for one in [pid, *children_of(pid)] if pid else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, how)

    def query(self, sql):
        return finish(os.path.join(programs(), "psql"), "-X", "-q", "-A", "-t", "-h", self.folder, "-p", str(self.port),
                      "-U", "muster", "-d", DATABASE, "-c", sql).strip()


def children_of(pid):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    return []


def template():
    """A fresh data folder with the database, made once for this machine and version."""
    bin_folder = programs()
    version = re.search(r"\d+\.\d+", finish(os.path.join(bin_folder, "postgres"), "--version")).group()
    path = os.path.join(tempfile.gettempdir(), f"muster-postgres-template-{version}-{os.geteuid()}")
    with open(path + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.isdir(path):
            return path
        making = Server(path + ".new", tied=True)
        shutil.rmtree(making.folder, ignore_errors=True)
        make_folder(making.folder)
        finish(os.path.join(bin_folder, "initdb"), "-D", making.data, "-U", "muster", "-A", "trust", "-E", "UTF8",
               "--locale=C.UTF-8", "--data-checksums", "--no-sync")
        with open(os.path.join(making.data, "postgresql.conf"), "a", encoding="ascii") as file:
            file.write("include_if_exists 'muster.conf'\ninclude_if_exists 'standbys.conf'\n")
        making.configure()
        making.start()
        finish(os.path.join(bin_folder, "createdb"), "-h", making.folder, "-p", str(making.port), "-U", "muster",
               DATABASE)
        making.end(signal.SIGINT)
        os.rename(making.data, path)
        shutil.rmtree(making.folder)
    return path


class Rig:
    """A primary `a` and perhaps a standby `b` in one folder; after a promotion the other way round. `tied` servers end
    with this process."""

    def __init__(self, folder, tied=False, address="127.0.0.1"):
        self.folder = os.path.abspath(folder)
        self.address = address
        self.servers = [Server(os.path.join(self.folder, name), tied, address) for name in "ab"]

    @property
    def primary(self):
        return self.servers[self.first()]

    @property
    def standby(self):
        return self.servers[1 - self.first()]

    def first(self):
        try:
            with open(os.path.join(self.folder, "primary"), encoding="ascii") as file:
                return int(file.read())
        except FileNotFoundError:
            return 0

    def set_first(self, number):
        with open(os.path.join(self.folder, "primary"), "w", encoding="ascii") as file:
            file.write(str(number))

    def has_standby(self):
        return os.path.isdir(self.standby.data)

    def dsn(self):
        servers = [server for server in self.servers if os.path.isdir(server.data)]
        ports = ",".join(str(server.port) for server in servers)
        hosts = ",".join(self.address for _ in servers)
        return f"host={hosts} port={ports} user=muster dbname={DATABASE} target_session_attrs=read-write"

    def start(self, standby=False):
        if not os.path.isdir(self.folder):
            make_folder(self.folder)
        if not os.path.isdir(self.primary.data):
            self.primary.make()
        self.primary.start()
        if self.has_standby():
            self.standby.start()
        elif standby:
            self.rejoin()
        return self.dsn()

    def rejoin(self):
        """The standby is made anew from the primary, which then waits for it."""
        self.standby.end(signal.SIGKILL)
        self.follow(self.standby)

    def follow(self, standby):
        standby.make_standby_of(self.primary)
        standby.wait_for_standbys(1)
        standby.start()
        self.primary.wait_for_standbys(1)
        wait_until(lambda: self.primary.query("select count(*) from pg_stat_replication where sync_state = 'quorum'"
                                              " and state = 'streaming'") == "1", "the standby to follow")

    def promote(self, old_lives=False):
        """The old primary is dead or dies now, unless it shall live on. Commits wait until there is a new standby
        (rejoin)."""
        if not old_lives:
            self.primary.end(signal.SIGKILL)
        finish(os.path.join(programs(), "pg_ctl"), "-D", self.standby.data, "-w", "promote")
        self.set_first(1 - self.first())

    def kill(self, which):
        getattr(self, which).end(signal.SIGKILL)

    def restart(self, which):
        getattr(self, which).end(signal.SIGINT)
        getattr(self, which).start()

    def freeze(self, which):
        getattr(self, which).signal_all(signal.SIGSTOP)

    def thaw(self, which):
        getattr(self, which).signal_all(signal.SIGCONT)

    def stop(self):
        for server in (self.primary, self.standby):
            if server.pid():
                server.signal_all(signal.SIGCONT)
                server.end(signal.SIGINT)

    def remove(self):
        for server in self.servers:
            server.signal_all(signal.SIGCONT)
            server.end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


def temporary(address="127.0.0.1"):
    """A rig in a disk in memory where there is one; what killed processes left there goes first."""
    below = "/dev/shm" if os.path.isdir("/dev/shm") else tempfile.gettempdir()
    for name in os.listdir(below):
        found = re.fullmatch(r"muster-pg-(\d+)-\d+", name)
        if found and not os.path.isdir(f"/proc/{found.group(1)}"):
            shutil.rmtree(os.path.join(below, name), ignore_errors=True)
    return Rig(os.path.join(below, f"muster-pg-{os.getpid()}-{time.monotonic_ns() % 1000000}"), tied=True,
               address=address)


def obey(rig, words):
    if words[0] in ("kill", "freeze", "thaw", "restart"):
        getattr(rig, words[0])(words[1])
    elif words[0] in ("promote", "rejoin", "stop", "remove"):
        getattr(rig, words[0])()
    elif words[0] == "query":
        return rig.primary.query(" ".join(words[1:]))
    elif words[0] != "dsn":
        raise RuntimeError(f"unknown word {words[0]}")
    return rig.dsn() if words[0] != "remove" else ""


def serve(standby):
    rig = temporary()
    try:
        print(rig.start(standby), flush=True)
        for line in sys.stdin:
            try:
                print("ok", obey(rig, line.split()), flush=True)
            except (RuntimeError, OSError) as error:
                print("failed", str(error).replace("\n", " "), flush=True)
    finally:
        rig.remove()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("which", nargs="?", choices=["primary", "standby"])
    parser.add_argument("--standby", action="store_true")
    given = parser.parse_args()
    if given.command == "serve":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        serve(given.standby)
        return
    if not given.folder:
        parser.error("which folder?")
    rig = Rig(given.folder)
    if given.command == "start":
        print(rig.start(given.standby))
    else:
        print(obey(rig, [given.command, given.which]))


if __name__ == "__main__":
    main()

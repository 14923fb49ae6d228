#!/usr/bin/python3
"""Kills a node under load again and again; nothing it has acknowledged may be lost. See README.md."""

import argparse
import json
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import traceback

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "support")]
sys.dont_write_bytecode = True

from client import Client, log_in  # noqa: E402
from muster_node import Node  # noqa: E402
from oracle import Loss  # noqa: E402
from worker import Worker  # noqa: E402

WORKERS = 8


class Countdown:
    """Releases the killer once so many writes have been acknowledged, or a worker has given up."""

    def __init__(self, count):
        self.left = count
        self.lock = threading.Lock()
        self.reached = threading.Event()

    def acknowledged(self):
        with self.lock:
            self.left -= 1
            if self.left <= 0:
                self.reached.set()


class CrashTest:
    def __init__(self, options, folder):
        self.seed = options.seed
        self.random = random.Random(options.seed)
        self.kills = options.kills
        self.folder = folder
        self.node = Node(options.node, folder / "data", ["--demo"], log=folder / "node.log")
        self.workers = [Worker(str(i), options.seed) for i in range(WORKERS)]
        self.failures = []
        self.kills_done = 0

    def run(self):
        self.node.start()
        self.access_token = log_in(self.node.port)
        with_client(self, lambda client: [worker.set_up(client) for worker in self.workers])
        for _ in range(self.kills):
            self.load_and_kill(self.random.randint(200, 3000))
            if self.random.random() < 0.25:
                self.kill_while_starting()
            self.node.start()
            self.compare()
        self.check_that_a_loss_is_seen()

    def load_and_kill(self, writes):
        countdown = Countdown(writes)
        threads = [threading.Thread(target=self.work, args=(worker, countdown)) for worker in self.workers]
        for thread in threads:
            thread.start()
        countdown.reached.wait()
        ended_by_itself = not self.node.alive()
        self.node.kill()
        self.kills_done += 1
        for thread in threads:
            thread.join()
        if ended_by_itself:
            raise RuntimeError(f"the node ended by itself under load; see {self.node.log}")
        if self.failures:
            raise RuntimeError("\n".join(self.failures))

    def work(self, worker, countdown):
        try:
            worker.run(Client(self.node.port, self.access_token), countdown.acknowledged)
        except Exception:
            self.failures.append(f"worker {worker.name}: {traceback.format_exc()}")
        finally:
            # A node that has died, or refuses, must not be waited for.
            if self.failures or not self.node.alive():
                countdown.reached.set()

    def kill_while_starting(self):
        """A start that is cut off must not cost anything either."""
        starter = threading.Thread(target=self.start_quietly)
        starter.start()
        while not self.node.alive() and starter.is_alive():
            pass
        # Not a wait for anything: it only spreads where in the start the kill falls.
        starter.join(self.random.uniform(0, 0.1))
        self.node.kill()
        self.kills_done += 1
        starter.join()

    def start_quietly(self):
        try:
            self.node.start()
        except RuntimeError:
            pass

    def compare(self):
        def each(client):
            for worker in self.workers:
                try:
                    worker.compare(client)
                except Loss as loss:
                    raise Loss(f"worker {worker.name} after {self.kills_done} kills: {loss}") from loss
        with_client(self, each)

    def check_that_a_loss_is_seen(self):
        """The test of the test: the folder as it was before more load must not pass the comparison."""
        self.node.kill()
        earlier = self.folder / "earlier"
        shutil.copytree(self.node.data_dir, earlier, ignore=shutil.ignore_patterns("*.sock"))
        self.node.start()
        self.load_and_kill(500)
        shutil.rmtree(self.node.data_dir)
        earlier.rename(self.node.data_dir)
        self.node.start()
        try:
            self.compare()
        except Loss:
            return
        raise RuntimeError("the comparison did not notice that acknowledged writes were taken away")


def with_client(test, use):
    client = Client(test.node.port, test.access_token)
    try:
        use(client)
    finally:
        client.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("node", help="the muster-node to kill")
    parser.add_argument("--kills", type=int, default=3, help="kills under load (3; the long form is 20)")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--json", type=pathlib.Path, help="file for the outcome")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-crash-"))
    test = CrashTest(options, folder)
    lost = 0
    try:
        test.run()
    except Loss as loss:
        lost = 1
        print(f"LOST: {loss}")
    finally:
        if test.node.alive():
            test.node.kill()
    acknowledged = sum(worker.acknowledged for worker in test.workers)
    print(f"{test.kills_done} kills, {acknowledged} acknowledged writes, {'a loss' if lost else 'nothing lost'}")
    if options.json:
        options.json.write_text(json.dumps({"seed": options.seed, "kills": test.kills_done,
                                            "acknowledged": acknowledged, "lost": lost}) + "\n")
    if lost:
        print(f"the data stay in {folder}")
    else:
        shutil.rmtree(folder)
    return lost


if __name__ == "__main__":
    sys.exit(main())

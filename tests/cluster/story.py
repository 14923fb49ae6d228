"""How the programs of this folder are called: PROGRAM MUSTER_NODE STORY. Standard library only."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
sys.dont_write_bytecode = True

from muster_cluster import Cluster  # noqa: E402


def tell(*stories, kind=Cluster, **cluster_options):
    """Runs the story that is asked for, over a cluster of its own."""
    story = {each.__name__: each for each in stories}[sys.argv[2]]
    with kind(sys.argv[1], **cluster_options) as cluster:
        story(cluster)


def seed(given):
    """The seed that is given as a number, or any."""
    chosen = time.time_ns() % 100_000 if given == "any" else int(given)
    print("seed", chosen, flush=True)
    return chosen

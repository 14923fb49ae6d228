"""Figures of a cluster: three nodes over a PostgreSQL primary with a synchronous standby, beside an embedded node, all
on this machine."""

import contextlib
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import threading
import time
import uuid

import storm
from figures.bench import median
from figures.figure import Figure
from muster_cluster import Cluster, ClusterNode, rig, shard_of

DEVICES = 1536
CONNECTIONS = 66


def split_fleet(fleet, owners, names, folder):
    """Files of the fleet's lines, by the name of the node that owns the device."""
    files = {name: folder / f"cluster-{name}.fleet" for name in names}
    lines = {name: [] for name in names}
    for line in fleet.read_text().splitlines():
        lines[owners[shard_of(line.split()[1])]].append(line)
    for name, file in files.items():
        file.write_text("\n".join(lines[name]) + "\n")
    return files


def load_all(bench, pairs):
    """Loads nodes at the same time, (node, fleet) each; the sum of the rates."""
    command = [bench.programs / "muster-bench", "load", "--connections", str(CONNECTIONS // len(pairs)),
               "--duration", str(bench.seconds), "--warm-up", str(min(1.0, bench.seconds))]
    started = [subprocess.Popen([*command, "--port", str(node.port), "--fleet", fleet], stdout=subprocess.PIPE,
                                text=True) for node, fleet in pairs]
    results = [json.loads(one.communicate()[0]) for one in started]
    for result in results:
        wrong = {name: result[name] for name in ("refused", "lost", "unsent") if result[name]}
        if wrong:
            raise RuntimeError(f"the load was not answered as it should: {wrong}")
    return {"rate": sum(result["rate"] for result in results)}


def processor_seconds(parent):
    """Of a process and all below it, those that have ended included."""
    ticks, waiting = 0, [parent]
    while waiting:
        pid = waiting.pop()
        with contextlib.suppress(OSError):
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(int(fields[i]) for i in range(11, 15))
            waiting += map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return ticks / os.sysconf("SC_CLK_TCK")


def rates(bench, cluster, embedded):
    """Shares of the embedded node's rate: any node, the owner, never the owner; the database's processor time."""
    nodes = cluster.nodes
    fleet = bench.work / "cluster.fleet"
    bench.muster_bench("create-fleet", "--port", nodes[0].port, "--fleet", fleet, "--devices", DEVICES)
    names = [node.name for node in nodes]
    by_owner = split_fleet(fleet, cluster.owners(), names, bench.work)
    shifted = names[1:] + names[:1]
    spent = []

    def own():
        before = processor_seconds(cluster.database.primary.pid())
        result = load_all(bench, [(node, by_owner[node.name]) for node in nodes])
        used = processor_seconds(cluster.database.primary.pid()) - before
        spent.append(used / (result["rate"] * (bench.seconds + min(1.0, bench.seconds))) * 1000)
        return result

    runs = bench.interleaved(
        embedded=lambda: bench.load(embedded.port, embedded.fleet),
        any=lambda: load_all(bench, [(node, fleet) for node in nodes]),
        own=own,
        foreign=lambda: load_all(bench, [(node, by_owner[name]) for node, name in zip(nodes, shifted)]))
    rate = {which: median(results, "rate") for which, results in runs.items()}
    detail = {"requests_per_second": rate}
    return rate, by_owner, [
        Figure("3 nodes, synchronous standby, any node: share of embedded", "share", rate["any"] / rate["embedded"],
               0.20, 0.40, higher_is_better=True, detail=detail),
        Figure("every request at a node that does not own it, share of at the owner", "share",
               rate["foreign"] / rate["own"], 0.60, 0.85, higher_is_better=True, detail=detail),
        Figure("database: processor time per 1000 durable messages", "s", statistics.median(spent), float("inf"),
               float("inf"), detail={"runs": spent})]


def calls(bench, cluster, by_owner, rate):
    """Two-way RPC with the application at one node and the devices, owned by a third, polling at another."""
    results = [bench.muster_bench("rpc", "--port", cluster.nodes[0].port, "--device-port", cluster.nodes[1].port,
                                  "--fleet", by_owner["n3"], "--rate", rate, "--duration", bench.seconds)
               for _ in range(bench.rounds)]
    for result in results:
        wrong = {name: result[name] for name in ("refused_calls", "refused_devices", "lost", "unanswered")
                 if result[name]}
        if wrong:
            raise RuntimeError(f"calls were not answered as they should: {wrong}")
    return Figure(f"two-way RPC over two nodes, {rate:.0f} calls/s: p99", "ms", median(results, "latency", "p99"), 25,
                  10, detail={"latency": [result["latency"] for result in results]})


def answered(node, token):
    try:
        return node.request("GET", f"/api/v1/{token}/attributes", timeout=2)[0] == 200
    except OSError:
        return False


def kill(bench, cluster, by_owner):
    """Seconds from kill -9 of a loaded node until the last of its shards answers through another node."""
    took = []
    for _ in range(bench.rounds):
        victim, other = cluster.nodes[1], cluster.nodes[0]
        owners = cluster.owners()
        tokens = {}
        for file in by_owner.values():
            for line in file.read_text().splitlines():
                token, device = line.split()
                if owners[shard_of(device)] == victim.name:
                    tokens[shard_of(device)] = token
        loads = [threading.Thread(target=subprocess.run, daemon=True, kwargs={
            "args": [bench.programs / "muster-bench", "load", "--port", str(node.port), "--fleet", by_owner["n3"],
                     "--connections", "8", "--rate", "500", "--duration", "12"],
            "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}) for node in (cluster.nodes[0], cluster.nodes[2])]
        for load in loads:
            load.start()
        time.sleep(1)
        victim.kill()
        begun = time.monotonic()
        silent = dict(tokens)
        while silent and time.monotonic() < begun + 60:
            silent = {shard: token for shard, token in silent.items() if not answered(other, token)}
        took.append(time.monotonic() - begun)
        for load in loads:
            load.join()
        victim.start(60)
        cluster.wait_balanced()
    return Figure("kill -9 of one of 3 nodes: its last shard answers again", "s", max(took), 5, 3,
                  detail={"runs": took})


def rolling(cluster):
    """Requests that failed while all nodes were restarted, one after the other."""
    load = storm.rolling(cluster)
    failed = load.refused() + len(load.faults())
    return Figure("rolling restart of all nodes under load: requests failed", "", failed, 0, 0,
                  detail={"statuses": dict(load.statuses())})


def losses(bench, cluster):
    """What is lost, and what a former owner writes, under kills, freezes and promotions in a random order."""
    promotions = 1 if bench.short else 10
    turns = promotions * storm.PROMOTION
    load, stale_rows = storm.storm(cluster, turns, seed=1)
    if load.faults():
        raise RuntimeError(f"stale reads or wrong answers: {load.faults()[:10]}")
    name = f"{turns - promotions} kills and freezes, {promotions} promotions: "
    detail = {"acknowledged": load.acknowledged(), "statuses": dict(load.statuses())}
    lost = sum(len(numbers) for numbers in load.lost().values())
    return [Figure(name + "acknowledged writes lost", "", lost, 0, 0, detail=detail),
            Figure(name + "rows written by a stale owner", "", stale_rows, 0, 0, detail=detail)]


def fill_directory(cluster, devices):
    """Copies of one device under new ids, names and tokens, straight into the database."""
    query = cluster.database.primary.query
    columns = {table: [name for name in query(
        "select string_agg(column_name, ',' order by ordinal_position) from information_schema.columns "
        f"where table_name = '{table}' and table_schema = 'public'").strip().split(",")]
        for table in ("device", "credentials")}
    query("create table made(number int, id uuid, shard smallint, digest bytea)")
    rows = []
    for number in range(devices):
        device = str(uuid.uuid4())
        digest = hashlib.sha256(f"made-{number}".encode()).hexdigest()
        rows.append(f"{number}\t{device}\t{shard_of(device)}\t\\\\x{digest}\n")
    subprocess.run([f"{rig.programs()}/psql", "-q", "-d", f"host=127.0.0.1 port={cluster.database.primary.port} "
                    f"user=muster dbname={rig.DATABASE}", "-c", "copy made from stdin"],
                   input="".join(rows), text=True, check=True)
    replaced = {"device": {"id": "m.id", "name": "'made-' || m.number", "shard": "m.shard",
                           "lower_name": "convert_to('made-' || m.number, 'UTF8')"},
                "credentials": {"device": "m.id", "id": "gen_random_uuid()", "credentials_id": "'made-' || m.number",
                                "digest": "m.digest"}}
    for table, values in replaced.items():
        chosen = ",".join(values.get(name, f"t.{name}") for name in columns[table])
        query(f"insert into {table}({','.join(columns[table])}) select {chosen} from made m, "
              f"(select * from {table} limit 1) t")
    query("drop table made")
    query("vacuum analyze")


def large_start(bench, cluster):
    """Start of one node and its memory with a million devices in the database."""
    devices = 10_000 if bench.short else 1_000_000
    for node in cluster.nodes:
        node.stop()
    fill_directory(cluster, devices)
    starts = []
    for _ in range(max(bench.rounds, 3)):
        node = ClusterNode(cluster.binary, cluster.folder, "large", cluster.database.dsn())
        seconds = node.start(60)
        starts.append((seconds, node.memory()))
        node.stop()
    seconds, resident = (statistics.median(values) for values in zip(*starts))
    return [Figure(f"{devices} devices in the database: start to ready of one node", "s", seconds, 3, 1,
                   detail={"starts": starts}),
            Figure(f"{devices} devices in the database: memory of one node", "MB", resident / 1024 / 1024, 200, 80,
                   detail={"starts": starts})]


def run(bench):
    """a cluster of 3 nodes: rates, RPC across nodes, loss and restart of nodes, start with a large database"""
    embedded = bench.standard_node()
    with Cluster(bench.programs / "muster-node") as cluster:
        rate, by_owner, figures = rates(bench, cluster, embedded)
        figures.append(calls(bench, cluster, by_owner, rate["any"] / 10))
        figures.append(kill(bench, cluster, by_owner))
        figures.append(rolling(cluster))
        figures += losses(bench, cluster)
        return figures + large_start(bench, cluster)

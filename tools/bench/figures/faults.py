"""Figure of acknowledged writes that are lost."""

import json
import subprocess

from figures.figure import Figure


def kills(bench):
    """acknowledged writes lost in SIGKILLs under load"""
    rounds = 3 if bench.short else 20
    report = bench.work / "crash.json"
    report.unlink(missing_ok=True)
    done = subprocess.run([bench.root / "tests/crash/crash_test.py", bench.programs / "muster-node", "--kills",
                           str(rounds), "--json", report], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if not report.exists():
        raise RuntimeError(done.stdout[-2000:])
    result = json.loads(report.read_text())
    return [Figure(f"acknowledged writes lost: {rounds} SIGKILLs", "writes", result["lost"], 0, 0, detail=result)]

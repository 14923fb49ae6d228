"""Figure of acknowledged writes that are lost."""

import json
import subprocess

from figures.figure import Figure


def kills(bench):
    """acknowledged writes lost in SIGKILLs under load"""
    rounds = 3 if bench.short else 20
    report = bench.work / "crash.json"
    subprocess.run([bench.root / "tests/crash/crash_test.py", bench.programs / "muster-node", "--kills", str(rounds),
                    "--json", report], check=True, stdout=subprocess.DEVNULL)
    result = json.loads(report.read_text())
    return [Figure(f"acknowledged writes lost: {rounds} SIGKILLs", "writes", result["lost"], 0, 0, detail=result)]

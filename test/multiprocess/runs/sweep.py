"""An executor that follows the runs' protocol and knows nothing of Muster: sweep.py FOLDER AGENT TOTAL [stop_at] [fail_at]"""
import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path

folder, agent, total = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
stop_at, fail_at = (int(a) for a in (sys.argv[4:] + ["0", "0"])[:2])

for part in ("code", "results", "logs"):
    (folder / part).mkdir(parents=True, exist_ok=True)
started = datetime.now().isoformat(timespec="seconds")


def lock(done):
    (folder / ".LOCK").write_text(f"AGENT_ID={agent}\nSTART_TIME={started}\nPID={os.getpid()}\nSTATUS=running\nPROGRESS={done}/{total} symbols\n")


(folder / ".AGENT_ID").write_text(agent)
lock(0)
print("locked", flush=True)
for item in range(1, total + 1):
    with open(folder / "logs" / "progress.txt", "a") as log:
        log.write(json.dumps({"timestamp": datetime.now().isoformat(), "progress": f"{item}/{total}", "percent": f"{item / total * 100:.1f}%", "current_symbol": f"S{item}", "sharpe": 1.2, "eta_minutes": (total - item) * 0.5}) + "\n")
    lock(item)
    if item == fail_at:
        (folder / "logs" / "errors.txt").write_text("Traceback\nKeyError: 'ETH'\n")
        (folder / ".LOCK").rename(folder / ".ERROR")
        (folder / ".ERROR").write_text("no data for ETH")
        sys.exit(1)
    if item == stop_at:
        print("waiting", flush=True)
        while not (folder.parent / "go").exists():
            time.sleep(0.02)
(folder / "results" / "summary.md").write_text("# Sweep\n\nAll symbols done.\n")
(folder / "results" / "metrics.json").write_text(json.dumps({"sharpe": 1.31, "symbols": total}))
(folder / ".LOCK").unlink()
(folder / ".DONE").write_text("")

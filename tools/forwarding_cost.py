"""What one forwarded packet takes, counted: instructions of the program (callgrind, exact to 0.01 %) and
messages to the kernel. The committed numbers may not grow by more than 3 % (`./dev check --all`).

    python3 tools/forwarding_cost.py [--accept]     --accept commits what was measured
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "bench/forwarding_cost.json"
PROGRAM = ROOT / "build/bench/benches/forwarding_count"
FEW, MANY = 30, 50  # bursts of 8 packets to 50 subscribers; the first 200 packets of a stream carry its mid, too
ALLOWED = 1.03


def count(bursts):
    """(instructions, packets, messages) of one run. Valgrind's processor has AVX2 and no more, so every machine
    takes the same paths through the cipher."""
    with tempfile.NamedTemporaryFile() as out:
        answer = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", PROGRAM, str(bursts)],
                                text=True, capture_output=True)
    collected = re.search(r"Collected : (\d+)", answer.stderr)
    printed = re.search(r"(\d+) packets, (\d+) runs", answer.stdout)
    if answer.returncode != 0 or not collected or not printed:
        raise RuntimeError(f"{PROGRAM.name} {bursts}:\n{answer.stdout}\n{answer.stderr[-2000:]}")
    return int(collected[1]), int(printed[1]), int(printed[2])


def measure():
    few, many = count(FEW), count(MANY)
    instructions, packets, messages = (b - a for a, b in zip(few, many))
    return {"instructions": round(instructions / packets, 1), "messages": round(messages / packets, 4)}


def complaints():
    """What grew. `measure` takes about half a minute."""
    subprocess.run(["bash", "-c", "source tools/lib.sh; configure bench; cmake --build build/bench --target forwarding_count"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    committed, measured = json.loads(COMMITTED.read_text()), measure()
    return [f"{name} a forwarded packet: {measured[name]}, {COMMITTED.relative_to(ROOT)} says {committed[name]}"
            for name in committed if measured[name] > committed[name] * ALLOWED]


def main(arguments):
    if "--accept" in arguments:
        COMMITTED.write_text(json.dumps(measure(), indent=2) + "\n")
        print(COMMITTED.read_text(), end="")
        return 0
    found = complaints()
    print("\n".join(found) or "no more than committed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

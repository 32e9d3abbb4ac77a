"""./dev fuzz [target] [seconds]: replays the committed corpus, then looks for new inputs."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUZZERS = ROOT / "build/fuzz/fuzzers"


def build():
    subprocess.run(["bash", "-c", "source tools/lib.sh; configure fuzz; cmake --build build/fuzz --target vv_fuzzers"],
                   cwd=ROOT, check=True)


def targets():
    return sorted(p.name for p in FUZZERS.iterdir() if p.is_file())


def run_one(target, seconds, seed=0):
    """(target, returncode, last output). New inputs go to a scratch folder, crashes to build/fuzz/crashes.
    A seed other than 0 makes the search the same every time, as far as the time reaches."""
    corpus = ROOT / "fuzz/corpus" / target
    crashes = ROOT / "build/fuzz/crashes"
    crashes.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        answer = subprocess.run(
            [FUZZERS / target, f"-seed={seed}", f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=1024", "-print_final_stats=1",
             f"-artifact_prefix={crashes}/{target}-", scratch, corpus],
            cwd=ROOT, text=True, capture_output=True)
    return target, answer.returncode, answer.stderr


def run_all(seconds, seed=0):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda target: run_one(target, seconds, seed), targets())


def main(arguments):
    build()
    chosen = arguments[0] if arguments else None
    seconds = int(arguments[1]) if len(arguments) > 1 else 10
    if chosen:
        name = chosen if chosen.endswith("_fuzz") else chosen + "_fuzz"
        target, code, output = run_one(name, seconds)
        print(output)
        return code
    failed = 0
    for target, code, output in run_all(seconds):
        print(f"{'ok  ' if code == 0 else 'FAIL'} {target}")
        if code != 0:
            print(output[-4000:])
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""./dev test: everything, in the order that finds mistakes soonest; the last line counts."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import check
import fuzz

ROOT = Path(__file__).resolve().parent.parent
FUZZ_SECONDS = 6
ANALYSED_FILES = 30  # up to so many changed files clang-tidy walks every path too; it takes 20 s a file


class Tally:
    passed = 0
    failed = 0
    failures = []

    def add(self, title, passed, failed, output=""):
        self.passed += passed
        self.failed += failed
        print(f"{'ok  ' if failed == 0 else 'FAIL'} {title}: {passed} passed, {failed} failed", flush=True)
        if failed:
            self.failures.append(title)
            print(output[-12000:], flush=True)


def shell(script, **kwargs):
    return subprocess.run(["bash", "-c", "set -euo pipefail; source tools/lib.sh; " + script], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kwargs)


def step(title):
    print(f"\n== {title} [{time.strftime('%H:%M:%S')}]", flush=True)


def must(tally, title, script):
    """A build step: one test that fails with its output."""
    answer = shell(script)
    if answer.returncode != 0:
        tally.add(title, 0, 1, answer.stdout)
    return answer.returncode == 0


def unit_tests(tally):
    programs = sorted((ROOT / "build/fuzz/tests").glob("*_test"))
    if not programs:
        tally.add("unit tests", 0, 1, "no test program was built")

    def one(program):
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1",
                       UBSAN_OPTIONS="print_stacktrace=1")
            try:
                answer = subprocess.run([program, f"--gtest_output=json:{report.name}"], cwd=ROOT, text=True, env=env,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
                code, output = answer.returncode, answer.stdout
            except subprocess.TimeoutExpired as late:
                return program.name, 0, 1, f"still running after {late.timeout} s"
            try:
                counts = json.loads(Path(report.name).read_text())
                failed = counts["failures"] + counts.get("errors", 0)
                skipped = len(re.findall(r"^\[  SKIPPED \] \S+ \(", output, re.M))
                passed = counts["tests"] - failed - skipped
                failed += skipped  # a test that cannot run here is a failure, not a blank
            except (ValueError, KeyError):
                passed, failed = 0, 1
            if code != 0 and failed == 0:
                failed = 1  # a sanitizer's report at exit
            interesting = "\n".join(line for line in output.splitlines()
                                    if not line.startswith(("[ RUN", "[       OK", "[-----")))
            return program.name, passed, failed, interesting

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, passed, failed, output in pool.map(one, programs):
            tally.add(name, passed, failed, output)


def node_suite(tally, folder):
    """A folder whose `npm test` is Node's own runner; skipped tests count as failed."""
    installed = shell(f"install_npm {folder}")
    if installed.returncode != 0:
        tally.add(folder, 0, 1, installed.stdout)
        return
    answer = shell(f"need_node; npm --prefix {folder} test", timeout=1500)
    counts = {word: sum(map(int, re.findall(rf"^(?:#|ℹ) {word} (\d+)", answer.stdout, re.M)))
              for word in ("pass", "fail", "skipped", "cancelled", "todo")}
    failed = counts["fail"] + counts["skipped"] + counts["cancelled"] + counts["todo"]
    if answer.returncode != 0 and failed == 0:
        failed = 1
    if counts["pass"] + failed == 0:
        failed = 1
    tally.add(folder, counts["pass"], failed, failed_subtests(answer.stdout) + "\n" + answer.stdout[-2000:])


def failed_subtests(tap):
    """What Node's runner says of the tests that failed, out of thousands of lines about the others."""
    blocks = re.split(r"^(?=\s*# Subtest: )", tap, flags=re.M)
    return "\n".join(block[:3000] for block in blocks if re.search(r"^\s*not ok ", block, re.M))


def python_suite(tally, folder):
    """A folder of unittest modules, in a virtual environment of its requirements; skipped tests count as failed."""
    installed = shell(f"install_python {folder}")
    if installed.returncode != 0:
        tally.add(folder, 0, 1, f"{folder}/requirements.txt cannot be installed:\n{installed.stdout}")
        return
    answer = shell(f"cd {folder}; .venv/bin/python -m unittest -v", timeout=600)
    ran = sum(map(int, re.findall(r"^Ran (\d+) tests? in", answer.stdout, re.M)))
    closing = re.findall(r"^(?:FAILED|OK) \((.*)\)$", answer.stdout, re.M)
    failed = sum(map(int, re.findall(r"=(\d+)", " ".join(closing))))
    if failed == 0 and (answer.returncode != 0 or ran == 0):
        failed = 1
    tally.add(folder, max(0, ran - failed), failed, answer.stdout)


def rust_suite(tally, folder):
    """A folder that is a Cargo package of nothing but tests; ignored ones count as failed."""
    answer = shell(f"need_cargo; lock_rust {folder}; CARGO_TARGET_DIR=build/rust cargo test --locked --manifest-path {folder}/Cargo.toml",
                   timeout=1500)
    counts = {word: sum(map(int, re.findall(rf"^test result: .*\b(\d+) {word};", answer.stdout, re.M)))
              for word in ("passed", "failed", "ignored")}
    failed = counts["failed"] + counts["ignored"]
    if failed == 0 and (answer.returncode != 0 or counts["passed"] == 0):
        failed = 1
    tally.add(folder, counts["passed"], failed, answer.stdout)


def frontend(tally):
    for script in ("typecheck", "lint"):
        answer = shell(f"need_node; install_npm frontend; npm --prefix frontend run --silent {script}")
        tally.add(f"frontend {script}", int(answer.returncode == 0), int(answer.returncode != 0), answer.stdout)
    answer = shell("need_node; npm --prefix frontend test -- --run --reporter=json --outputFile=../build/vitest.json")
    try:
        counts = json.loads((ROOT / "build/vitest.json").read_text())
        skipped = counts["numPendingTests"] + counts["numTodoTests"]
        tally.add("frontend unit", counts["numPassedTests"], counts["numFailedTests"] + skipped, answer.stdout)
    except (OSError, ValueError, KeyError):
        tally.add("frontend unit", 0, 1, answer.stdout)


def main():
    started = time.monotonic()
    tally = Tally()

    step("rules of the tree")
    for title, complaints in check.rules(need_build=False):
        tally.add(title, int(not complaints), int(bool(complaints)), "\n".join(complaints))

    step("build: the product")
    built = must(tally, "build of the product", "need_node; build_product; cmake --build build --target visavis_lab")
    step("build: unit tests and fuzzers under ASan and UBSan")
    instrumented = must(tally, "build of tests and fuzzers", "configure fuzz; cmake --build build/fuzz --target vv_tests vv_fuzzers")

    if built and instrumented:
        step("generated files and lint")
        types = check.stale_types()
        tally.add("generated types are fresh", int(not types), int(bool(types)), "\n".join(types))
        files = check.changed_files()
        complaints = check.lint(files, analyse=len(files) <= ANALYSED_FILES)
        tally.add(f"clang-tidy on what changed ({len(files)} files)", int(not complaints), int(bool(complaints)),
                  "\n".join(complaints))
    if instrumented:
        step("unit tests and simulations")
        unit_tests(tally)
        # Each change searches elsewhere, and what it finds can be searched for again.
        commit = re.fullmatch(r"[0-9a-f]{7,}", shell("git rev-parse --short=7 HEAD").stdout.strip())
        seed = int(commit[0][:7], 16) if commit else 1  # an unpacked archive has no commit
        step(f"fuzzers, {FUZZ_SECONDS} s each, seed {seed}")
        for target, code, output in fuzz.run_all(FUZZ_SECONDS, seed):
            tally.add(target, int(code == 0), int(code != 0), output)
    step("frontend")
    frontend(tally)
    if built:
        for mark, suite in (("package.json", node_suite), ("requirements.txt", python_suite), ("Cargo.toml", rust_suite)):
            for found in sorted((ROOT / "conformance").glob(f"*/{mark}")):
                folder = found.parent.relative_to(ROOT).as_posix()
                step(folder)
                suite(tally, folder)
        step("real browsers")
        node_suite(tally, "e2e")

    minutes = (time.monotonic() - started) / 60
    if tally.failures:
        print("\nfailed: " + ", ".join(tally.failures))
    print(f"\n{minutes:.1f} minutes")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())

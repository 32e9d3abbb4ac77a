"""./dev check: format, lint, layers, generated files. `--all` lints the whole tree, not what changed."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import check_tree
import forwarding_cost

ROOT = check_tree.ROOT


def run(*command, **kwargs):
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, **kwargs)


def cpp_files():
    found = [p for folder in ("backend", "bench") for p in (ROOT / folder).rglob("*") if p.suffix in (".hpp", ".cpp")]
    return sorted(str(p.relative_to(ROOT)) for p in found)


def format_tree():
    files = cpp_files()
    for start in range(0, len(files), 50):
        run("clang-format-19", "-i", *files[start:start + 50], check=True)


def unformatted():
    files = cpp_files()
    lines = []
    for start in range(0, len(files), 50):
        answer = run("clang-format-19", "--dry-run", "--Werror", *files[start:start + 50])
        lines += [line for line in answer.stderr.splitlines() if "error:" in line]
    return sorted({line.split(":")[0] + ": not formatted (./dev format)" for line in lines})


def changed_files():
    """What differs from the branch this one left, or from the last commit where there is none."""
    base = os.environ.get("VV_BASE", "")
    if not base:
        merged = run("git", "merge-base", "HEAD", "origin/HEAD").stdout.strip()
        head = run("git", "rev-parse", "HEAD").stdout.strip()
        base = merged if merged and merged != head else "HEAD~1"
    diff = run("git", "diff", "--name-only", "--diff-filter=d", base).stdout.split()
    return [f for f in diff if f.startswith("backend/") and f.endswith(".cpp")]


def lint(files, analyse=False):
    """clang-tidy over files that the compilation database knows. `analyse` walks every path through
    them too, which takes three times as long."""
    database = ROOT / "build/fuzz/compile_commands.json"
    if not database.exists():
        return ["build/fuzz is not configured: clang-tidy needs its compile_commands.json"]
    known = {str(Path(entry["file"]).resolve().relative_to(ROOT)) for entry in json.loads(database.read_text())
             if str(Path(entry["file"]).resolve()).startswith(str(ROOT))}
    files = [f for f in files if f in known]

    def one(file):
        answer = run("clang-tidy-19", "--quiet", *([] if analyse else ["--checks=-clang-analyzer-*"]), "-p", "build/fuzz", file)
        return [line for line in answer.stdout.splitlines() if " error: " in line or " warning: " in line]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sorted({line for lines in pool.map(one, files) for line in lines})


def stale_types():
    binary = ROOT / "build/visavis"
    committed = ROOT / "frontend/src/api/generated.ts"
    if not binary.exists():
        return ["build/visavis is not built: cannot tell whether frontend/src/api/generated.ts is stale"]
    if run(str(binary), "types").stdout != committed.read_text():
        return ["frontend/src/api/generated.ts is stale (./dev types)"]
    return []


def rules(lint_everything=False, need_build=True):
    """(name, complaints) of every rule."""
    for rule in check_tree.RULES:
        yield rule.__name__.replace("_", " "), list(rule())
    yield "the tree is formatted", unformatted()
    if need_build:
        yield "generated types are fresh", stale_types()
        files = cpp_files() if lint_everything else changed_files()
        if lint_everything:
            yield "forwarding takes no more than bench/forwarding_cost.json says", forwarding_cost.complaints()
        yield f"clang-tidy finds nothing in {len(files)} files", lint(files, analyse=lint_everything)


def main(arguments):
    if "--fix-format" in arguments:
        format_tree()
        return 0
    subprocess.run(["bash", "-c", "source tools/lib.sh; build_product; configure fuzz"], cwd=ROOT, check=True)
    failed = 0
    for title, complaints in rules(lint_everything="--all" in arguments):
        print(f"{'ok  ' if not complaints else 'FAIL'} {title}")
        for complaint in complaints:
            print(f"     {complaint}")
        failed += bool(complaints)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Rules about the tree that no compiler knows, read in about a second.

Each rule is a function that yields sentences; an empty answer means the rule holds.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "backend"

# Where what is forbidden elsewhere has its home.
# The test of SCTP gives usrsctp a clock of the simulation instead of the real one.
CLOCK_HOMES = {"backend/base/clock.cpp", "backend/rtc/sctp/usrsctp_test.cpp"}
THREAD_HOMES = {"backend/base/loop_runner.cpp", "backend/base/loop_runner.hpp", "backend/base/worker_pool.cpp"}


def sources(*suffixes):
    for path in sorted(BACKEND.rglob("*")):
        if path.suffix in suffixes and path.is_file():
            yield path


def name(path):
    return path.relative_to(ROOT).as_posix()


def layers():
    """The table of cmake/layers.cmake: module -> modules it may use, `base` included."""
    table = {}
    for module, uses in re.findall(r"^vv_layer\((\S+)\s+USES\s*([^)]*)\)", (ROOT / "cmake/layers.cmake").read_text(), re.M):
        table[module] = set(uses.split()) | {"base"}
    return table


def module_of(relative, table):
    """`rtc/stun/message.hpp` belongs to `rtc`, `engines/embedded/x.hpp` to `engines/embedded`."""
    parts = relative.split("/")
    for length in (2, 1):
        candidate = "/".join(parts[:length])
        if candidate in table:
            return candidate
    return None


def includes_follow_the_layers():
    table = layers()
    for path in sources(".hpp", ".cpp"):
        relative = path.relative_to(BACKEND).as_posix()
        own = module_of(relative, table)
        if own is None:
            if relative != "main.cpp":
                yield f"{name(path)}: no layer in cmake/layers.cmake names this folder, so no target builds it"
            continue
        is_test = re.search(r"_(test|sim|fuzz)\.cpp$", relative)
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(), re.M):
            if ".." in included.split("/"):
                yield f"{name(path)}: includes {included}: name it from the root instead of `..`"
                continue
            other = module_of(included, table)
            if other is None or other == own:
                continue
            if other not in table[own] and not (is_test and other == "testing"):
                yield f"{name(path)}: {own} may not use {other} ({included})"
            if "/detail/" in included:
                yield f"{name(path)}: {included} is private to {other}"


def only_the_clock_reads_clocks():
    pattern = re.compile(r"\b(clock_gettime|gettimeofday|(steady|system|high_resolution)_clock::now|std::time)\s*\(")
    for path in sources(".hpp", ".cpp"):
        if name(path) not in CLOCK_HOMES and pattern.search(path.read_text()):
            yield f"{name(path)}: reads a clock; take `now` as an argument, or use base/clock.hpp at the edge"


def threads_have_two_homes():
    for path in sources(".hpp", ".cpp"):
        if re.search(r"_(test|sim)\.cpp$", path.name) or name(path) in THREAD_HOMES:
            continue
        if re.search(r"\bstd::(thread|jthread|async)\b(?!::)", path.read_text()):
            yield f"{name(path)}: starts a thread; only base/loop_runner and base/worker_pool do"


def parsers_have_fuzzers():
    """A header that declares `parse_…(` or `decode_…(` needs a fuzzer that includes it."""
    fuzzed = "\n".join(path.read_text() for path in sources(".cpp") if path.name.endswith("_fuzz.cpp"))
    for path in sources(".hpp"):
        declares = re.search(r"Result<[^;{]*>\s+(parse|decode)\w*\(", path.read_text())
        if declares and path.relative_to(BACKEND).as_posix() not in fuzzed:
            yield f"{name(path)}: declares {declares.group(1)}… but no fuzzer includes it"


def todos_name_an_issue():
    for path in sources(".hpp", ".cpp"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", line):
                yield f"{name(path)}:{number}: a TODO names its issue: TODO(#12)"


def every_fuzzer_has_a_corpus():
    for path in sources(".cpp"):
        if path.name.endswith("_fuzz.cpp"):
            corpus = ROOT / "fuzz/corpus" / path.stem
            if not corpus.is_dir() or not any(corpus.iterdir()):
                yield f"{name(path)}: fuzz/corpus/{path.stem} has no seed"


def lock_files_name_no_host():
    for path in ROOT.glob("**/package-lock.json"):
        if "node_modules" in path.parts or ".cache" in path.parts:
            continue
        if '"resolved"' in path.read_text():
            yield f"{name(path)}: names where packages came from; its folder's .npmrc wants omit-lockfile-registry-resolved=true"


def files_stay_readable():
    for path in sources(".hpp", ".cpp"):
        if path.name == "captures.hpp":  # what real clients sent, as test data
            continue
        lines = path.read_text().count("\n")
        if lines > 900:
            yield f"{name(path)}: {lines} lines: look for the second idea hiding inside"


def functions_have_rules():
    """What clients may call is registered where the compiler asks for its rules, market/authorisation.hpp."""
    for path in sources(".hpp", ".cpp"):
        tests = re.search(r"_(test|sim|fuzz)\.cpp$|^testing_", path.name)
        if tests or name(path).startswith("backend/reactive/") or name(path) == "backend/market/authorisation.hpp":
            continue
        text = path.read_text()
        for registry in set(re.findall(r"\b(\w+)\.(?:query|mutation|action)\(\s*\"[\w/]+:\w+\"", text)):
            if f"RuledRegistry {registry}(" not in text:
                yield f"{name(path)}: registers functions past RuledRegistry, so nothing says who may call them"


def conformance_rows(page):
    """Number and cells of each row of the tables whose last column is called `tests`."""
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| ") and cells[-1] not in ("tests", "---"):
            yield number, cells


def conformance_names_tests_that_exist():
    """docs/*-conformance.md: in each row's last cell, a file in backticks and then its tests, each in backticks; what a
    row lacks stands after `not yet`."""
    for page in ("docs/convex-conformance.md", "docs/livekit-conformance.md", "docs/hardness.md"):
        for number, cells in conformance_rows(page):
            where = f"{page}:{number}"
            text, named = None, 0
            for token in re.findall(r"`([^`]+)`", re.sub(r"not yet:[^·]*", "", cells[-1])):
                if re.fullmatch(r"[\w./-]+/[\w.-]+\.(cpp|mjs|tsx|rs|py)", token):
                    text = (ROOT / token).read_text() if (ROOT / token).is_file() else None
                    if text is None:
                        yield f"{where}: there is no {token}"
                    continue
                named += 1
                suite, _, test = token.partition(".")
                cpp = re.compile(rf"\bTEST\w*\({re.escape(suite)},\s*{re.escape(test)}\)") if test.isidentifier() else None
                if text is not None and token not in text and not (cpp and cpp.search(text)):
                    yield f"{where}: no test is named {token}"
            if named == 0 and "not yet" not in cells[-1]:
                yield f"{where}: this row names no test"
    scenarios = [int(cells[0]) for _, cells in conformance_rows("docs/convex-conformance.md") if cells[0].isdigit()]
    if scenarios != list(range(1, 23)):
        yield "docs/convex-conformance.md: the scenarios are 1 to 22, each once"


def hardness_rules_have_tests():
    """docs/hardness.md has a row for each rule of the media path (M), of HTTP and accounts (H) and for each budget (B), and
    a test names each rule that is built."""
    page = "docs/hardness.md"
    rows = [cells for _, cells in conformance_rows(page)]
    wanted = [f"{kind}{n}" for kind, count in (("M", 23), ("H", 27), ("B", 13)) for n in range(1, count + 1)]
    if [cells[0] for cells in rows] != wanted:
        yield f"{page}: the rules are M1 to M23, H1 to H27 and B1 to B13, each once, in order"
    named = tested_threats()
    for cells in rows:
        if "`" in re.sub(r"not yet:[^·]*", "", cells[-1]) and cells[0][0] != "B" and cells[0] not in named:
            yield f"{page}: no test says `// covers {cells[0]}`"


def metrics_are_documented():
    """docs/operations/metrics.md names each metric of the program, and no other."""
    page = "docs/operations/metrics.md"
    registered = re.compile(r"\.(?:counter|gauge)\(\s*\"(visavis_\w+)\"")
    made = {metric for path in sources(".cpp", ".hpp") if not path.stem.endswith("_test")
            for metric in registered.findall(path.read_text())}
    told = set(re.findall(r"`(visavis_\w+)", (ROOT / page).read_text()))
    for metric in sorted(made ^ told):
        yield f"{page}: {metric} is {'not told of' if metric in made else 'in no code'}"


def outside_input_meets_no_regex():
    """threat-model H20: std::regex takes as much stack and time as its input likes."""
    for path in sources(".cpp", ".hpp"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"std::w?(regex|smatch|cmatch)|#include <regex>", line):
                yield f"{name(path)}:{number}: std::regex is banned (threat-model H20)"


RULES = [
    functions_have_rules,
    conformance_names_tests_that_exist,
    hardness_rules_have_tests,
    outside_input_meets_no_regex,
    metrics_are_documented,
    includes_follow_the_layers,
    only_the_clock_reads_clocks,
    threads_have_two_homes,
    parsers_have_fuzzers,
    every_fuzzer_has_a_corpus,
    todos_name_an_issue,
    lock_files_name_no_host,
    files_stay_readable,
]


def tested_threats():
    """Ids of threat rules that tests name, for the report (`// covers M6, R3`)."""
    named = set()
    for path in list(sources(".cpp")) + [p for f in ("conformance", "e2e") for p in (ROOT / f).rglob("*.mjs") if "node_modules" not in p.parts]:
        for ids in re.findall(r"//\s*covers ([A-Z0-9, ]+)", path.read_text()):
            named.update(re.findall(r"[A-Z]\d+", ids))
    return named

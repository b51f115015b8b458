#!/usr/bin/env python3
"""The house keeps its rules (rules.py), and each rule is shown to bite on a planted file."""
import pathlib
import sys

from rules import LIBRARIES, MAY_INCLUDE, PURE, RULES, WORDS, long_files

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("proto", "policy", "broker", "adapters", "ops", "tests", "cmake")
READ = {".h", ".cc", ".py", ".sh", ".cmake", ".proto", ".txt"}
ABOUT = "// What it is, in a sentence.\n"

# rule: a file, and what it says, that the rule must find
PLANTED = [
    ("includes", "proto/base/bad.h", '#include "proto/seal/seal.h"'),
    ("includes", "proto/seal/bad.h", '#include "proto/wire/event.h"'),
    ("includes", "policy/bad.cc", '#include "broker/core/state.h"'),
    ("includes", "policy/bad.cc", '#include "proto/wire/event.h"'),
    ("includes", "broker/apply/bad.cc", '#include "broker/store/engine.h"'),
    ("includes", "broker/core/bad.cc", '#include "proto/transport/server.h"'),
    ("includes", "broker/store/bad.cc", '#include "policy/decide.h"'),
    ("includes", "adapters/police/bad.cc", '#include "broker/core/state.h"'),
    ("includes", "adapters/police/bad.cc", '#include "adapters/inbox/inbox.h"'),
    ("includes", "ops/concordat/bad.cc", '#include "broker/admit/admit.h"'),
    ("includes", "nowhere/bad.cc", ""),
    ("joined_stages", "broker/admit/bad.cc", '#include "broker/step.h"'),
    *(("libraries", "broker/bad.cc", f"#include <{name}{'x.h' if name.endswith('/') else ''}>") for name in LIBRARIES),
    ("generated_headers", "adapters/police/bad.h", '#include "concordat/v1/incident.pb.h"'),
    ("words", "broker/bad.cc", "#include <mutex>"),
    ("words", "adapters/sdk/bad.cc", "#include <thread>"),
    ("words", "policy/bad.cc", "  throw 1;"),
    ("words", "broker/bad.cc", "  std::exit(1);"),
    ("words", "adapters/inbox/bad.cc", "  std::ofstream file(path);"),
    ("words", "broker/core/bad.cc", "  seal::SystemEntropy entropy;"),
    ("words", "broker/audit/bad.cc", "  auto share = seal::share_of(secret, label);"),
    ("purity", "policy/bad.cc", "double weight = 1;"),
    ("purity", "broker/apply/bad.cc", "auto t = std::chrono::system_clock::now();"),
    ("purity", "broker/core/bad.cc", "#include <random>"),
    ("first_lines", "broker/bad.h", None),
]


def tree():
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8", errors="replace") for path in files
            if path.suffix in READ and "__pycache__" not in path.parts and path.name != "baseline.txt" and "tests/ops" not in str(path)}


def main():
    rules = {rule.__name__: rule for rule in RULES}
    house = tree()
    assert len(house) > 300, "the tree was not read"
    wrong = [violation for rule in RULES for violation in rule(house)]
    for name, path, text in PLANTED:
        said = "#pragma once\nint x;\n" if text is None else ABOUT + text + "\n"
        if not any(violation.startswith(path) for violation in rules[name]({path: said})):
            wrong.append(f"rule {name} does not find: {path}: {text}")
    untried = set(rules) - {name for name, _, _ in PLANTED}
    wrong += [f"rule {name} is tried on no planted file" for name in untried]
    for lines, path in long_files(house):
        print(f"note: {path} has {lines} lines")
    for violation in wrong:
        print(violation)
    print(f"{len(house)} files, {len(MAY_INCLUDE)} rooms, {len(LIBRARIES)} libraries, {len(WORDS)} words, {len(PURE)} pure rooms, "
          f"{len(PLANTED)} planted faults found" if not wrong else f"{len(wrong)} violations")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

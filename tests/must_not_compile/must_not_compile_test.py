#!/usr/bin/env python3
"""Each case compiles, and with FORBIDDEN defined is refused for the reason that it names. Words: compiler, build folder."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def compile_case(case, *words):
    command = [sys.argv[1], "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}", f"-I{sys.argv[2]}", *words, str(case)]
    ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False)
    return ran.returncode == 0, ran.stderr


def wrong_with(case):
    reason = re.search(r"^// refused: (.+)$", case.read_text(encoding="utf-8"), re.M)
    if not reason:
        return f"{case.name}: has no line '// refused: …' that says how the compiler must refuse it"
    passes, said = compile_case(case)
    if not passes:
        return f"{case.name}: does not compile as it stands, so that its refusal would show nothing\n{said}"
    passes, said = compile_case(case, "-DFORBIDDEN")
    if passes:
        return f"{case.name}: COMPILES with FORBIDDEN: the mistake is possible again"
    if not re.search(reason[1], said):
        return f"{case.name}: is refused for another reason than '{reason[1]}':\n{said}"
    return None


def main():
    cases = sorted(HERE.glob("*.cc"))
    if len(cases) < 10:
        sys.exit("must_not_compile: the cases are not there")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [line for line in pool.map(wrong_with, cases) if line]
    print(*wrong, sep="\n")
    print(f"{len(cases) - len(wrong)} of {len(cases)} mistakes do not compile")
    sys.exit(1 if wrong else 0)


main()

"""The rules of the house as data and as functions over a tree of files ({path: text}), so that a planted file can show that each bites.
ARCHITECTURE.md has the same table in words."""
import re

BASE, CONTRACT, SEAL, WIRE = "proto/base/", "proto/contract/", "proto/seal/", "proto/wire/"
DIRECTORY, TEXT, OBSERVE, TRANSPORT = "proto/directory/", "proto/text/", "proto/observe/", "proto/transport/"
LIMITS = "proto/wire/limits.h"
STAGES = [f"broker/{stage}/" for stage in ("core", "accept", "admit", "append", "apply", "audit", "deliver", "expire")]
STORE = ["broker/store/engine.h", "broker/store/check.h"]
OF_STAGES = [BASE, CONTRACT, WIRE, SEAL, "policy/", DIRECTORY]

# Who may include whom: a room, and the rooms or single headers that it stands on beside itself.
MAY_INCLUDE = {
    "proto/base/": [],
    "proto/contract/": [BASE, "proto/seal/label.h", "proto/seal/seal.h", "concordat/v1/"],
    "proto/seal/": [BASE],
    "proto/wire/": [BASE, CONTRACT, SEAL],
    "proto/transport/": [BASE],
    "proto/text/": [BASE],
    "proto/observe/": [BASE],
    "proto/directory/": [BASE, CONTRACT, SEAL, TEXT, LIMITS],
    "policy/": [BASE, CONTRACT, "proto/directory/directory.h", "proto/seal/label.h", TEXT],
    "broker/core/": [*OF_STAGES, "broker/apply/"],
    "broker/accept/": [*OF_STAGES, "broker/core/"],
    "broker/admit/": [*OF_STAGES, "broker/core/"],
    "broker/apply/": [*OF_STAGES, "broker/core/"],
    "broker/deliver/": [*OF_STAGES, "broker/core/", "broker/admit/"],
    "broker/expire/": [*OF_STAGES, "broker/core/", "broker/admit/", "broker/deliver/"],
    "broker/append/": [*OF_STAGES, "broker/core/", "broker/apply/", *STORE],
    "broker/audit/": [*OF_STAGES, *STAGES, TEXT, "broker/admin/", *STORE, "broker/step.h", "broker/world.h"],
    "broker/store/": [BASE, SEAL, LIMITS],
    "broker/keys/": [BASE, SEAL],
    "broker/admin/": [BASE, SEAL, TEXT],
    "broker/": ["proto/", "policy/", "broker/"],  # only broker/*.cc joins stages
    "adapters/sdk/keep/": [BASE, SEAL],
    "adapters/sdk/read/": [BASE],
    "adapters/sdk/http/": [BASE],
    "adapters/sdk/": ["proto/", "policy/", "concordat/v1/", "adapters/sdk/"],
    "adapters/inbox/": ["proto/", "adapters/sdk/"],
    "adapters/": ["proto/", "policy/", "concordat/v1/", "adapters/sdk/"],  # of any agency: never another's, never the broker
    "ops/": ["proto/", "policy/", "ops/", "broker/admin/", "broker/store/", "broker/keys/", "broker/append/", "broker/config.h"],
}

# One third-party library, one room; where a header costs seconds, one file.
LIBRARIES = {
    "sodium": ["proto/seal/"],
    "zmq": ["proto/transport/"],
    "rocksdb/": ["broker/store/"],
    "spdlog/": ["proto/observe/sinks.cc"],
    "yaml-cpp/": ["proto/text/grow.cc"],
    "nlohmann/": ["proto/text/json.cc", "adapters/sdk/read/json.cc"],  # a plain tree for all; one that knows lines for feeds
    "CLI/": ["ops/concordat/command_line.cc", "adapters/sdk/command.cc"],
    "sqlite3": ["adapters/sdk/keep/database.cc"],
    "csv.h": ["adapters/sdk/read/csv.cc"],
    "pugixml": ["adapters/sdk/read/xml.cc"],
    "date/": ["broker/core/calendar_london.cc", "adapters/sdk/read/when.cc"],
    "httplib": ["adapters/sdk/http/"],
    "openssl/": ["adapters/sdk/http/", "adapters/health/tls.cc"],
    "jwt.h": ["adapters/notify/jwt.cc"],
    "tl/": ["proto/base/result.h"],
    "google/protobuf/": ["proto/contract/", "adapters/"],
}

# Words of the language that belong in few places.
WORDS = {
    r"#include <(mutex|shared_mutex|condition_variable)>": ["proto/base/channel.h"],
    r"#include <thread>": ["broker/main.cc", "broker/audit/check.h", "broker/store/", "proto/transport/", "adapters/sdk/http/", "adapters/health/mllp.cc"],
    r"^\s*(throw\b|throw;)": [],
    r"(?<![.>\w])(std::)?(abort|exit|_exit|quick_exit)\(": ["proto/base/invariant.cc", "proto/seal/", "broker/loop_core.cc", "policy/planted.h"],
    r"\b(fopen|std::ofstream|std::fstream)\b": ["proto/base/durable_file.cc", "proto/contract/generate_vocabulary.cc"],
    r"\bshare_of\b": ["proto/seal/", "broker/deliver/assemble.cc"],  # the one way out: of what a Permitted grants
    r"\bSystemEntropy\b": ["proto/seal/", "broker/main.cc", "adapters/", "ops/"],
}

# Rooms that are computed and nothing else: no clock, randomness, I/O or floating point.
PURE = ["policy/", *(f"broker/{stage}/" for stage in ("core", "accept", "admit", "apply", "expire")), "proto/contract/", "proto/wire/",
        *(f"adapters/notify/{name}" for name in ("book.cc", "calendar.cc", "decide.cc", "messages.cc", "record.cc", "templates.cc"))]
IMPURE = (r"#include <(fstream|iostream|random|thread|ctime|cmath|filesystem|unistd\.h|sys/[a-z]+\.h|fcntl\.h)>|\b(double|float)\b|"
          r"\b(system_clock|steady_clock)::now|\bSystemClock\b|\bgetenv\b")
AT_BUILD_TIME = ["proto/contract/generate_vocabulary.cc", "proto/contract/check_schema.cc", "proto/contract/baseline.cc"]

LINES_MAX = 400


def code_of(text):
    """Without comments and without what stands in quotation marks, so that words of a sentence are no words of the language."""
    text = re.sub(r'R"\((?s:.*?)\)"', '""', text)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'(?m)^(?!#include)(.*)$', lambda m: re.sub(r'"(\\.|[^"\\\n])*"', '""', m[1]), text)


def is_code(path):
    return path.endswith((".h", ".cc"))


def under(path, places):
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def room_of(path):
    """The longest room of the table that holds the file."""
    return max((room for room in MAY_INCLUDE if path.startswith(room)), key=len, default=None)


def own(path):
    """What a file may always include: its room; of adapters only its agency's."""
    room = room_of(path)
    return "/".join(path.split("/")[:2]) + "/" if room == "adapters/" else room


def includes(tree):
    for path, text in tree.items():
        room = room_of(path)
        if not is_code(path) or path.startswith("tests/"):
            continue
        if room is None:
            yield f"{path}: is in no room of the table"
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = re.match(r'#include "([^"]+)"', line)
            if found and not under(found[1], [*MAY_INCLUDE[room], own(path)]):
                yield f"{path}:{number}: {room} does not stand on {found[1]}"


def joined_stages(tree):
    """In broker/ itself only .cc files and the headers of the loops join stages: a stage never includes the joint."""
    for path, text in tree.items():
        if not under(path, STAGES) or path.startswith("broker/audit/"):
            continue
        for found in re.findall(r'#include "(broker/[a-z_]+\.h)"', text):
            yield f"{path}: a stage includes {found}"


def libraries(tree):
    for path, text in tree.items():
        if not is_code(path) or path.startswith("tests/"):
            continue
        for name in re.findall(r"^#include <([^>]+)>", text, re.M):
            for library, places in LIBRARIES.items():
                if name.startswith(library) and not under(path, places):
                    yield f"{path}: {name} belongs in {' and '.join(places)}"


def generated_headers(tree):
    """Generated protobuf is included by .cc files: in a header it would cost every user seconds."""
    internal = ["proto/contract/reflect.h", "proto/contract/walk.h"]
    for path, text in tree.items():
        if path.endswith(".h") and path not in internal and not path.startswith("tests/"):
            for name in re.findall(r'^#include ["<]((?:concordat/v1|google/protobuf)/[^">]+)', text, re.M):
                yield f"{path}: a header includes {name}"


def words(tree):
    for path, text in tree.items():
        if not is_code(path) or path.startswith("tests/"):
            continue
        code = code_of(text)
        for word, places in WORDS.items():
            if not under(path, places) and (found := re.search(word, code, re.M)):
                yield f"{path}: {found[0].strip()} belongs in {' and '.join(places) or 'no file'}"


def purity(tree):
    for path, text in tree.items():
        if is_code(path) and under(path, PURE) and path not in AT_BUILD_TIME and (found := re.search(IMPURE, code_of(text))):
            yield f"{path}: {found[0]} in a room that is computed and nothing else"


def first_lines(tree):
    """A file's first line says what it is: a sentence in a comment. Not where every byte is sent to somebody."""
    for path, text in tree.items():
        if path.startswith("adapters/notify/templates/"):
            continue
        lines = text.splitlines() or [""]
        first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
        mark = r'#|"""' if path.endswith((".py", ".sh", ".txt", ".cmake")) else "//"
        if not re.match(rf"({mark})\s?\S+.*\s\S+", first):
            yield f"{path}: the first line does not say what the file is"


RULES = [includes, joined_stages, libraries, generated_headers, words, purity, first_lines]


def long_files(tree):
    counted = {path: text.count("\n") for path, text in tree.items()}
    return sorted(((lines, path) for path, lines in counted.items() if lines > LINES_MAX), reverse=True)

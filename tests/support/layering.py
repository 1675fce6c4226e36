"""The dependency rule of ARCHITECTURE.md, room by room: compares the includes of src/ with the tables below.

A room is a folder with sources directly in it. Also held here: at most MAX_FILES files in a room, at most MAX_LINES
lines in a file, a line about each room in ARCHITECTURE.md, and each third-party library in the rooms that own it.
"""

import os
import re
import sys

# Room -> the rooms that it includes. From the bottom up: a row names only rows above it, so there is no circle.
ROOMS = {
    "util": "",
    "model": "util",
    "document": "util",
    "input/read": "util",
    "input/look": "input/read util",
    "input/stream": "input/read util",
    "input/follow": "input/look input/read input/stream util",
    "format/contract": "model util",
    "format/scan": "format/contract util",
    "format/value": "format/contract format/scan model util",
    "format/explain": "format/contract format/scan format/value model util",
    "format/json": "format/contract format/explain format/scan format/value model util",
    "format/text": "format/contract format/explain format/scan format/value model util",
    "format/envelope": "format/contract format/json format/value model util",
    "format/parser": "format/contract format/explain format/scan format/value model util",
    "format/choose": "format/contract format/envelope format/json format/parser format/text model util",
    "route/path": "util",
    "route/template": "route/path util",
    "route/tree": "route/path route/template",
    "route/pattern": "route/path route/template route/tree util",
    "route": "model route/path route/pattern route/template route/tree util",
    "rules": "document model route/template util",
    "metric/contract": "model util",
    "metric/series": "metric/contract model util",
    "metric/store": "metric/contract metric/series model util",
    "metric/kinds": "metric/contract metric/series metric/store model util",
    "state": "util",
    "expose/web_config": "document util",
    "expose/text": "model util",
    "expose/header": "expose/text util",
    "expose/listen": "expose/web_config util",
    "expose/http": "expose/header expose/listen expose/text expose/web_config util",
    "pipeline": "format/contract metric/store model route route/path util",
    "telemetry": "model",
    "app/load": "document format/choose format/contract input/read metric/store model pipeline route rules util",
    "app/status": "pipeline util",
    "app/page": "expose/header expose/http expose/text metric/store model telemetry util",
    "app/serve": "app/load app/page app/status expose/header expose/http expose/web_config format/choose format/contract input/follow input/read metric/store model pipeline state telemetry util",
    "tools/check/language": "model route route/path util",
    "tools/check/review": "document metric/contract metric/store model route route/pattern route/template tools/check/language util",
    "tools/check": "app/load document format/choose metric/store model pipeline route rules tools/check/language tools/check/review util",
    "tools/explain": "app/load format/contract format/value input/read metric/store model route route/template util",
    "tools/diff": "app/load metric/store model route rules tools/explain util",
    "tools/doctor/guess": "document format/choose format/contract format/envelope format/json model route util",
    "tools/doctor/place": "document format/contract format/text input/look input/read tools/doctor/guess util",
    "tools/doctor": "app/load app/serve document format/choose format/contract input/look input/read input/stream metric/store model pipeline route tools/doctor/guess tools/doctor/place util",
    "tools/learn": "app/load document format/choose route route/path rules util",
    "tools/openapi": "document model route route/path route/template rules util",
    "tools/openapi/merge": "document model route rules tools/openapi util",
    "tools/test": "app/load document model tools/explain util",
    "cli": "app/load app/serve document expose/text format/choose tools/check tools/diff tools/doctor tools/explain tools/learn tools/openapi tools/openapi/merge tools/test util",
    "cli/completion": "cli format/choose util",
    "": "cli",
}
# Third-party header -> the folders or rooms that own it. zlib reads archives (input) and writes gzip answers (expose).
OWNERS = {
    r"re2/": ["route"],
    r"yaml-cpp/": ["document"],
    r"simdjson": ["format"],
    r"zlib": ["input", "expose"],
    r"microhttpd": ["expose"],
    r"gnutls": ["expose"],
    r"crypt\.h": ["expose"],
    r"CLI/": ["cli"],
    r"nlohmann/": ["util", "tools/openapi"],
    r"fmt/": ["util"],
    r"prometheus/": ["telemetry"],
}
MAX_LINES = 500
MAX_FILES = 25


def check_table():
    """The rows of ROOMS stand in the order of the flow."""
    known = set()
    for room, below in ROOMS.items():
        for other in below.split():
            if other not in known:
                yield f"ROOMS: {room} names {other}, which no row above it has"
        known.add(room)


def check_file(room, where, lines, used):
    if len(lines) > MAX_LINES:
        yield f"{where}: {len(lines)} lines, split it"
    if not lines or lines[0] != "// SPDX-License-Identifier: Apache-2.0":
        yield f"{where}:1: no licence line"
    for number, line in enumerate(lines, 1):
        own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if own:
            target = os.path.dirname(own.group(1))
            used.add(target)
            if target != room and target not in ROOMS[room].split():
                yield f"{where}:{number}: {room} may not include {own.group(1)}"
        system = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        if system:
            for pattern, owners in OWNERS.items():
                if re.match(pattern, system.group(1)) and not any(f"{room}/".startswith(f"{owner}/") for owner in owners):
                    yield f"{where}:{number}: <{system.group(1)}> belongs to {owners}"


def check_room(src, room, names, architecture):
    if room not in ROOMS:
        yield f"src/{room}: no row in ROOMS"
        return
    if len(names) > MAX_FILES:
        yield f"src/{room}: {len(names)} files, make rooms"
    if room and f"| `{room}` |" not in architecture:
        yield f"src/{room}: ARCHITECTURE.md has no line about it"
    used = set()
    for name in sorted(names):
        with open(os.path.join(src, room, name)) as f:
            yield from check_file(room, os.path.join("src", room, name), f.read().splitlines(), used)
    for other in sorted(set(ROOMS[room].split()) - used):
        yield f"ROOMS: {room} no longer includes {other}"


def main():
    src = sys.argv[1]
    with open(os.path.join(src, "..", "ARCHITECTURE.md")) as f:
        architecture = f.read()
    problems = list(check_table())
    files = 0
    rooms = set()
    for path, _, names in os.walk(src):
        room = os.path.relpath(path, src).replace(".", "", 1) if path == src else os.path.relpath(path, src)
        sources = [name for name in names if name.endswith((".h", ".cc"))]
        problems += [f"src/{room}/{name}: neither .h nor .cc" for name in names
                     if name not in sources and (room or name != "CMakeLists.txt")]
        if sources:
            rooms.add(room)
            files += len(sources)
            problems += check_room(src, room, sources, architecture)
    problems += [f"ROOMS: there is no src/{room}" for room in sorted(set(ROOMS) - rooms)]
    print("\n".join(problems))
    print(f"{files} files in {len(rooms)} rooms, {len(problems)} problems")
    return 1 if problems or files < 20 else 0


if __name__ == "__main__":
    sys.exit(main())

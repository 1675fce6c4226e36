"""The dependency rule of DESIGN.md section 6: greps the includes of src/ against the tables below."""

import os
import re
import sys

BELOW = {
    "util": [],
    "model": ["util"],
    "input": ["model", "util"],
    "format": ["model", "util"],
    "route": ["model", "util"],
    "metric": ["model", "util"],
    "state": ["model", "util"],
    "expose": ["model", "util"],
    "pipeline": ["input", "format", "route", "metric", "state", "model", "util"],
    "app": ["pipeline", "input", "format", "route", "metric", "state", "expose", "model", "util"],
    **{tool: ["app", "pipeline", "input", "format", "route", "metric", "model", "util"]
       for tool in ("check", "explain", "doctor", "openapi", "learn")},
    "cli": ["check", "explain", "doctor", "openapi", "learn", "app", "pipeline", "input", "format", "route", "metric", "state", "expose", "model", "util"],
}
# Third-party header -> the folders that own it. zlib reads archives (input) and writes gzip answers (expose).
OWNERS = {
    r"re2/": ["route"],
    r"yaml-cpp/": ["route"],
    r"simdjson": ["format"],
    r"zlib": ["input", "expose"],
    r"microhttpd": ["expose"],
    r"gnutls": ["expose"],
    r"crypt\.h": ["expose"],
    r"CLI/": ["cli"],
    r"nlohmann/": ["openapi"],
}
MAX_LINES = 500


def main():
    src = sys.argv[1]
    problems = []
    files = 0
    for folder in sorted(os.listdir(src)):
        path = os.path.join(src, folder)
        if not os.path.isdir(path):
            continue
        if folder not in BELOW:
            problems.append(f"src/{folder}: not in DESIGN.md section 6")
            continue
        for name in sorted(os.listdir(path)):
            if not name.endswith((".h", ".cc")):
                problems.append(f"src/{folder}/{name}: neither .h nor .cc")
                continue
            files += 1
            with open(os.path.join(path, name)) as f:
                lines = f.read().splitlines()
            where = f"src/{folder}/{name}"
            if len(lines) > MAX_LINES:
                problems.append(f"{where}: {len(lines)} lines, split it")
            if not lines or lines[0] != "// SPDX-License-Identifier: Apache-2.0":
                problems.append(f"{where}:1: no licence line")
            for number, line in enumerate(lines, 1):
                own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
                if own:
                    target = own.group(1).split("/")[0]
                    if target != folder and target not in BELOW[folder]:
                        problems.append(f"{where}:{number}: {folder} may not include {own.group(1)}")
                system = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
                if system:
                    for pattern, owners in OWNERS.items():
                        if re.match(pattern, system.group(1)) and folder not in owners:
                            problems.append(f"{where}:{number}: <{system.group(1)}> belongs to {owners}")
    print("\n".join(problems))
    print(f"{files} files, {len(problems)} problems")
    return 1 if problems or files < 20 else 0


if __name__ == "__main__":
    sys.exit(main())

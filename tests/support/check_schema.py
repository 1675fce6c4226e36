#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_schema.py SCHEMA GOOD... -- BAD...

Validates rule files against rules/routemeter-rules.schema.json: every GOOD file is valid, every BAD file is
not. A folder stands for its *.yaml files. Prints what is wrong; exit code 1 then. The loader stays the judge: a schema knows no order of buckets,
no template syntax and no regular expressions, so BAD leaves those files out.
"""

import json
import pathlib
import sys

import jsonschema
import yaml

# Bad for reasons that a schema cannot say, or that Python's YAML 1.1 reads otherwise.
BEYOND_A_SCHEMA = {
    "duplicate_key",  # the last one wins in Python
    "merge_key",  # YAML 1.1 merges
    "re2_exclude",  # regular expressions
    "re2_route",
    "template_not_plain",  # the syntax of templates
    "template_syntax",
    "utf16",  # Python decodes it
}


def problems(validator, path):
    """What is wrong with the file, as text; empty when nothing is."""
    try:
        document = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return [f"not YAML: {error}"]
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(document)]


def rule_files(names):
    paths = [pathlib.Path(name) for name in names]
    return [file for path in paths for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]


def main(arguments):
    schema = json.loads(pathlib.Path(arguments[0]).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    split = arguments.index("--")
    good = rule_files(arguments[1:split])
    bad = rule_files(arguments[split + 1 :])
    failed = 0
    for path in good:
        for problem in problems(validator, path):
            print(f"{path}: should be valid, but {problem}")
            failed += 1
    for path in bad:
        if path.stem not in BEYOND_A_SCHEMA and not problems(validator, path):
            print(f"{path}: should not be valid")
            failed += 1
    if not good or not bad:
        print("nothing to check")
        failed += 1
    print(f"{len(good)} good and {len(bad)} bad rule files, {failed} surprises")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

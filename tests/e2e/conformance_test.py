"""Every scenario of tests/conformance: replay gives what the real library exposed, sample by sample."""

import os
import unittest

from harness import TempDirTest, conformance, main, parse, promtool, run


def manifest():
    with open(conformance("MANIFEST.tsv")) as f:
        return [line.split() for line in f if line.strip()]


class Conformance(TempDirTest):
    def same(self, expected, actual):
        self.assertEqual(sorted(expected), sorted(actual))
        for key, value in expected.items():
            self.assertLessEqual(abs(actual[key] - value), 1e-9 * max(1.0, abs(value)), key)

    def test_scenarios(self):
        rows = manifest()
        self.assertEqual(len(rows), 16)
        for scenario, log in rows:
            with self.subTest(scenario):
                rules = conformance(f"{scenario}.yaml")
                done = run("replay", "--rules", rules, conformance(log), check=0)
                with open(conformance(f"{scenario}.prom")) as f:
                    self.same(parse(f.read()), parse(done.stdout.decode()))
                promtool(done.stdout.decode())
                # The same by our own comparison, which is the one users have.
                run("replay", "--rules", rules, "--expect", conformance(f"{scenario}.prom"), conformance(log), check=0)

    def test_expect_finds_each_kind_of_difference(self):
        with open(conformance("default.prom")) as f:
            lines = f.read().splitlines()
        changed = [line for line in lines if not line.startswith('http_requests_total{handler="/",method="HEAD"')]
        changed[0] = changed[0].rsplit(" ", 1)[0] + " 999"
        changed.append("invented_total 1")
        expected = self.write("wrong.prom", "\n".join(changed) + "\n")
        done = run("replay", "--rules", conformance("default.yaml"), "--expect", expected, conformance("vc.log"),
                   check=1)
        out = done.stdout.decode().splitlines()
        self.assertEqual(len(out), 3, out)
        self.assertTrue(any(line.startswith("-") and "invented_total" in line for line in out), out)
        self.assertTrue(any(line.startswith("+") and 'method="HEAD"' in line for line in out), out)
        self.assertTrue(any(line.startswith("~") and "999" in line for line in out), out)

    def test_uvicorn_log_of_the_same_requests(self):
        with open(conformance("default.yaml")) as f:
            text = f.read().splitlines()
        keep, skipping = [], False
        for line in text:
            if line.startswith(("format:", "fields:")):
                skipping = True
                continue
            skipping = skipping and line.startswith(" ")
            if not skipping:
                keep.append(line)
        rules = self.write("uvicorn.yaml", "\n".join(keep) + "\nformat: uvicorn\n")
        done = run("replay", "--rules", rules, conformance("vc_uvicorn.log"), check=0)
        got = parse(done.stdout.decode())
        with open(conformance("default.prom")) as f:
            wanted = {k: v for k, v in parse(f.read()).items() if k[0] == "http_requests_total"}
        self.assertEqual(wanted, got)  # and no duration or size family
        self.assertNotIn("duration", done.stdout.decode())
        for family in ("http_request_size_bytes", "http_response_size_bytes", "http_request_duration_seconds"):
            self.assertIn(family, done.stderr.decode())

    def test_the_same_bytes_for_any_number_of_threads(self):
        log = self.write("big.log", open(conformance("vc.log")).read() * 400)
        outputs = {run("replay", "--rules", conformance("round2.yaml"), "--threads", n, log, check=0).stdout
                   for n in ("1", "2", "3", "8")}
        outputs.add(run("replay", "--rules", conformance("round2.yaml"), "-", stdin=open(log, "rb").read(), check=0).stdout)
        self.assertEqual(len(outputs), 1)


if __name__ == "__main__":
    main()

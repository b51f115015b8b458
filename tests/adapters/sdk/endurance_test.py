#!/usr/bin/env python3
"""A long file goes through in constant memory: four times the length needs no more of it, and every record is read.
endurance_test.py [MEGABYTES], 100 if nothing is said."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from long_csv import write

PROGRAMS = pathlib.Path(os.environ.get("CONCORDAT_PROGRAMS", pathlib.Path(__file__).resolve().parents[3] / "build" / "bin"))
MEGABYTES = int(sys.argv.pop()) if len(sys.argv) > 1 and sys.argv[-1].isdigit() else 100
MOST_KB = 60_000 if not os.environ.get("CONCORDAT_PATIENCE") else 600_000  # a sanitised build holds more


class Endurance(unittest.TestCase):
    def dry_run(self, megabytes):
        """(rows, lines, of them quarantined, peak memory in kB)"""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "long.csv"
            rows = write(path, megabytes)
            began = time.monotonic()
            run = subprocess.Popen([PROGRAMS / "concordat-police", "--dry-run", "--history", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            lines = quarantined = 0
            for line in run.stdout:
                lines += 1
                quarantined += b'"quarantined"' in line
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
            run.stdout.close()
            seconds = time.monotonic() - began
            print(f"{megabytes} MB: {rows} rows, {lines} lines, {quarantined} quarantined, {rows / seconds:.0f} rows/s, peak {usage.ru_maxrss} kB", flush=True)
            self.assertEqual(run.returncode, 1, "the dates that are none")
            return rows, lines, quarantined, usage.ru_maxrss

    def test_memory_is_constant_and_every_record_is_read(self):
        _, _, _, little = self.dry_run(MEGABYTES // 4)
        rows, lines, quarantined, much = self.dry_run(MEGABYTES)
        self.assertEqual(quarantined, rows // 1000)
        self.assertEqual(lines, rows + rows // 5 - quarantined, "an incident each, and an assessment of every fifth but those with a bad date")
        self.assertLess(much, MOST_KB)
        self.assertLess(much, little * 1.2)


if __name__ == "__main__":
    unittest.main(verbosity=2)

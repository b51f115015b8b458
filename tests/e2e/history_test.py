#!/usr/bin/env python3
"""Years of records for real: a long CSV by `concordat-police --history` to a broker. The adapter's memory is constant, everything is accepted, and
how fast it goes, what it writes and what the broker grows by is printed beside a dry run and a plain SQLite table of the same rows in the same run.
history_test.py [MEGABYTES], 4 if nothing is said; a gigabyte is 1000 and takes hours."""
import csv
import os
import pathlib
import sqlite3
import subprocess
import sys
import time
import unittest

from partnership import POLICE, PROGRAMS, ROOT, Partnership

sys.path.insert(0, str(ROOT / "tests" / "adapters" / "sdk"))
from long_csv import write  # noqa: E402  the same rows each time

MEGABYTES = int(sys.argv.pop()) if len(sys.argv) > 1 and sys.argv[-1].isdigit() else 4
AT_ONCE = 32


def used(process):
    """(resident kB, seconds of processor time, bytes written)"""
    proc = pathlib.Path(f"/proc/{process.pid}")
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line)
    times = (proc / "stat").read_text().rsplit(")", 1)[1].split()
    written = dict(line.split(": ") for line in (proc / "io").read_text().splitlines())["wchar"]
    return int(status.get("VmRSS", "0 kB").split()[0]), (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"), int(written)


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def plain(path, file):
    """Rows a second of a bare table that holds the same rows: as many to a synced transaction."""
    began, rows = time.monotonic(), 0
    base = sqlite3.connect(file, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE row(reference TEXT PRIMARY KEY, cells TEXT) WITHOUT ROWID")
    with open(path, encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        next(reader)
        for rows, row in enumerate(reader, 1):
            if rows % AT_ONCE == 1:
                base.execute("BEGIN")
            base.execute("INSERT INTO row VALUES(?, ?)", (row[0], "\x1f".join(row[1:])))
            if rows % AT_ONCE == 0:
                base.execute("COMMIT")
    if base.in_transaction:
        base.execute("COMMIT")
    base.close()
    return rows / (time.monotonic() - began)


class History(unittest.TestCase):
    def dry_run(self, path, rows):
        began = time.monotonic()
        subprocess.run([PROGRAMS / "concordat-police", "--dry-run", "--history", path], stdout=subprocess.DEVNULL, check=False)
        return rows / (time.monotonic() - began)

    def test_gigabyte_is_taken_in_constant_memory(self):
        with Partnership("history") as p:
            path = p.folder / "long.csv"
            rows = write(path, MEGABYTES)
            p.start("broker")
            said = open(p.folder / "history.said", "w+", encoding="utf-8")
            self.addCleanup(said.close)
            words = [PROGRAMS / "concordat-police", "--config", p.config(POLICE, "incidents"), "--history", path, "--rate", "100000"]
            began = time.monotonic()
            adapter = subprocess.Popen(words, stderr=said)
            self.addCleanup(adapter.kill)
            samples, written, seconds = {}, 0, 0.0
            while adapter.poll() is None:
                time.sleep(0.1)
                share = self.share(said)
                kilobytes, *more = used(adapter)
                if kilobytes:
                    written, seconds = more[1], more[0]
                    samples[share] = kilobytes
            took = time.monotonic() - began
            self.assertEqual(adapter.returncode, 1, "some dates are none, which is quarantined")
            self.assertEqual({row["state"] for row in p.outbox()}, {"accepted"})
            self.assertEqual(len(p.outbox()), rows + rows // 5 - 2 * (rows // 1000), "an incident each, an assessment of every fifth; of a bad date neither")
            broker_kb, broker_seconds, _ = used(p["broker"].process)
            dry, bare = self.dry_run(path, rows), plain(path, p.folder / "plain.db")
            at = {share: next((kb for have, kb in sorted(samples.items()) if have >= share), 0) for share in (10, 50)} | {100: samples[max(samples)]}
            print(f"{MEGABYTES} MB, {rows} rows: {rows / took:.0f} rows/s; a dry run {dry:.0f} (x{dry * took / rows:.1f}), a plain table {bare:.0f} (x{bare * took / rows:.1f})\n"
                  f"adapter: {1e6 * seconds / rows:.0f} us/row, {written / rows / 1000:.1f} kB written/row, resident kB " +
                  ", ".join(f"{share} %: {kb}" for share, kb in at.items()) +
                  f"; its keep {size(p.of(POLICE, 'incidents')):.0f} MB\nbroker: {1e6 * broker_seconds / rows:.0f} us/row, resident {broker_kb} kB, store {size(p.home / 'broker'):.0f} MB", flush=True)
            self.assertLess(max(samples.values()), 60_000)
            self.assertLess(written / rows, 80_000, "several rows share a page and a sync")

    @staticmethod
    def share(said):
        """Per cent of the file that the program says it has read."""
        said.flush()
        text = pathlib.Path(said.name).read_text(encoding="utf-8")
        return max((int(line.split(" records read, ")[1].split(" ")[0]) for line in text.splitlines() if " records read, " in line), default=0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

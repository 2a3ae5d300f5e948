"""Runs Autobahn's cases against a server that it starts, and compares each outcome with expected.tsv.

    suite.py [--record] NAME COMMAND...

The command's first line of output ends with the address. Each deviation is one line; if there are any, the exit
status is 1.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from kosoku import FailureError, run_fuzzingclient

CASES = [f"{section}.*" for section in (1, 2, 3, 4, 5, 6, 7, 9, 10)]

# At once; a good half of the time the suite waits for what must not come.
CONCURRENCY = 4

EXPECTED = Path(__file__).with_name("expected.tsv")

# A verdict says nothing of the close code: a server that just drops TCP is OK too. And where a server takes what it
# should refuse, the suite closes with 1007 itself, and the server's echo looks like a refusal. So `closes` says who
# closed first, `code` what the server sent, and `suite` what the suite sent, before it or in reply.
COLUMNS = ["case", "verdict", "ending", "closes", "code", "suite"]


def outcome(result):
    """A case as a row of expected.tsv."""
    return {
        "case": result.case_id,
        "verdict": result.behavior.value,
        "ending": result.behavior_close.value,
        "closes": "suite" if result.closed_by_me else "server",
        "code": str(result.remote_close_code or "-"),
        "suite": str(result.local_close_code or "-"),
    }


def unclean(result):
    """What must not happen in any case, whatever its verdict."""
    if result.failed_by_me:
        yield "the suite failed the connection"
    if result.dropped_by_me:
        yield "the suite dropped TCP"
    if not result.was_clean:
        yield f"not clean: {result.was_not_clean_reason}"


def deviations(results, expected):
    """One line for each thing that is not as expected."""
    for result in results:
        seen = outcome(result)
        wanted = expected.pop(seen["case"], None)
        if wanted is None:
            yield f"{seen['case']}: not in {EXPECTED.name}"
            continue
        different = [column for column in COLUMNS if seen[column] != wanted[column]]
        wrong = [f"{column} {seen[column]}, expected {wanted[column]}" for column in different]
        wrong += unclean(result)
        if wrong:
            yield f"{seen['case']}: {'; '.join(wrong)}"
    yield from (f"{case}: was not run" for case in expected)


def read_expected():
    header, *rows = (line.split("\t") for line in EXPECTED.read_text().splitlines())
    assert header == COLUMNS, f"{EXPECTED.name} has other columns: {header}"
    return {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}


def record(results):
    rows = [COLUMNS, *(outcome(result).values() for result in results)]
    EXPECTED.write_text("".join("\t".join(row) + "\n" for row in rows))


def summary(name, results, seconds):
    verdicts = Counter(result.behavior.value for result in results)
    codes = Counter(result.remote_close_code for result in results)
    counted = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    return (
        f"conformance over {name}: {len(results)} cases in {seconds:.1f} s: {counted}; "
        f"Close 1007 in {codes[1007]}, 1002 in {codes[1002]}"
    )


async def run(url):
    try:
        return await run_fuzzingclient(url, CASES, concurrency=CONCURRENCY)
    except FailureError as failure:
        return failure.results


def main(name, command, records):
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"ws://\S+$", server.stdout.readline().strip())
            if address is None:
                sys.exit(f"conformance over {name}: the server did not start")
            begun = time.monotonic()
            results = asyncio.run(run(f"{address[0]}/both"))
        finally:
            server.kill()
    print(summary(name, results, time.monotonic() - begun), flush=True)
    if records:
        record(results)
        return
    lines = list(deviations(results, read_expected()))
    for line in lines:
        print(f"conformance over {name}: {line}", flush=True)
    sys.exit(bool(lines))


if __name__ == "__main__":
    records = sys.argv[1:2] == ["--record"]
    name, *command = sys.argv[1 + records :]
    main(name, command, records)

"""Runs scim2-tester and scim-sanity against one server.

Prints one line for each failure, with its reason, and a line of counts for each
suite. A failure is explained if the file of explanations names it, as
`suite: check` in backticks. Exits with 1 if a failure is not explained, or what
is explained does not fail.
"""

import json
import os
import re
import subprocess
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server


# A deviation breaks a SHOULD; it counts as a failure, so that it gets explained.
STATUS = {
    Status.SUCCESS: "pass",
    Status.COMPLIANT: "pass",
    Status.ACCEPTABLE: "pass",
    Status.SKIPPED: "skip",
    Status.DEVIATION: "fail",
    Status.ERROR: "fail",
    Status.CRITICAL: "fail",
}


def scim2_tester(url, token):
    """Yields (check, status, reason) of scim2-tester."""
    headers = {"Authorization": "Bearer " + token}
    with Client(base_url=url, headers=headers) as http:
        client = SyncSCIMClient(http)
        client.discover()
        for result in check_server(client):
            reason = result.reason or ""
            attribute = re.search(r"attribute '([^']+)'", reason)
            parts = [result.title, result.resource_type, attribute and attribute.group(1)]
            yield " ".join(p for p in parts if p), STATUS[result.status], reason


# The token is put behind the command's own start, where ps does not show it.
SANITY = """
import os, sys
from scim_sanity.cli import main
sys.argv = ["scim-sanity", "probe", sys.argv[1], "--token", os.environ["SCIM_TOKEN"],
            "--i-accept-side-effects", "--json-output"]
main()
"""


def scim_sanity(url, token):
    """Yields (check, status, reason) of scim-sanity."""
    run = subprocess.run(
        [sys.executable, "-c", SANITY, url],
        env={**os.environ, "SCIM_TOKEN": token},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    for result in json.loads(run.stdout)["results"]:
        failed = result["status"] not in ("pass", "skip")
        yield result["name"], "fail" if failed else result["status"], result.get("message", "")


def main(url, explanations):
    """Runs both suites; returns the exit status."""
    with open(explanations, encoding="utf-8") as f:
        explained = set(re.findall(r"`((?:scim2-tester|scim-sanity): [^`]+)`", f.read()))
    failed, unexplained = set(), 0
    for name, suite in (("scim2-tester", scim2_tester), ("scim-sanity", scim_sanity)):
        counts = {"pass": 0, "skip": 0, "fail": 0, "explained": 0}
        for check, status, reason in suite(url, os.environ["SCIM_TOKEN"]):
            key = f"{name}: {check}"
            if status == "fail":
                failed.add(key)
                status = "explained" if key in explained else "fail"
                print(f"{status.upper()} {key} - {' '.join(reason.split())}")
            counts[status] += 1
        print(f"{name}: {counts['pass']} passed, {counts['fail']} failed, "
              f"{counts['explained']} failed as explained, {counts['skip']} skipped")
        unexplained += counts["fail"]
    for key in sorted(explained - failed):
        print(f"STALE {key} - is explained and does not fail")
    return 1 if unexplained or explained - failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    except Exception as e:  # a suite that broke off has not passed
        print(f"the suites could not run: {type(e).__name__}: {e}", file=sys.stderr)
        sys.exit(2)

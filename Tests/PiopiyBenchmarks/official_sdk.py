"""Dials with the official SDK and prints what it took as JSON.

usage: official_sdk.py PORT FIRST COUNT CONCURRENCY
"""

import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from piopiy import RestClient

port, first, count, concurrency = (int(argument) for argument in sys.argv[1:])
client = RestClient("benchmark-token", base_url=f"http://127.0.0.1:{port}/v3")


def dial(index):
    client.ai.call(
        caller_id="919999999999",
        to_number=f"91888{first + index:07d}",
        agent_id="bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
        options={"max_duration_sec": 600, "record": True},
        variables={"order": "A-17"},
    )


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


began, cpu_before = time.monotonic(), cpu()
if concurrency == 1:
    for index in range(count):
        dial(index)
else:
    with ThreadPoolExecutor(concurrency) as pool:
        for _ in pool.map(dial, range(count)):
            pass
print(json.dumps({"seconds": time.monotonic() - began, "cpu": cpu() - cpu_before, "accepted": count}))

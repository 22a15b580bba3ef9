"""Places a call on the sandbox with the official SDK, unmodified, and hangs it up. Prints what came of it as JSON.

usage: official_sdk.py REST_BASE
"""

import importlib.metadata
import json
import sys
import urllib.request

from piopiy import RestClient
from piopiy.voice.exceptions import PiopiyAPIError

base_url = sys.argv[1]
origin = base_url[: -len("/v3")]

client = RestClient("token", base_url=base_url)
placed = client.ai.call(
    caller_id="919999999999",
    to_number="918888888888",
    agent_id="bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
    options={"max_duration_sec": 600, "record": True},
    variables={"order": "A-17"},
)

with urllib.request.urlopen(origin + "/_sandbox/calls", timeout=10) as answer:
    call = next(call for call in json.load(answer) if call["request_id"] == placed["request"])

hung_up = client.voice.hangup(call["call_id"], reason="tested")

refused = None
try:
    client.voice.hangup(call["call_id"])
except PiopiyAPIError as error:
    refused = {"status": error.status_code, "error": error.payload["error"]}

print(
    json.dumps(
        {
            "version": importlib.metadata.version("piopiy"),
            "placed": placed,
            "call_id": call["call_id"],
            "hung_up": hung_up,
            "refused": refused,
        }
    )
)

"""Places a call on the sandbox with the official SDK, unmodified, and hangs it up. Prints what came of it as JSON.

usage: official_sdk.py REST_BASE
"""

import importlib.metadata
import json
import sys

from piopiy import PiopiyAPIError, RestClient
from sandbox_view import SandboxView

base_url = sys.argv[1]
sandbox = SandboxView(base_url)

client = RestClient("token", base_url=base_url)
placed = client.ai.call(
    caller_id="919999999999",
    to_number="918888888888",
    agent_id="bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
    options={"max_duration_sec": 600, "record": True},
    variables={"order": "A-17"},
)
call = sandbox.call(placed)
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

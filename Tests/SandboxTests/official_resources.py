"""Uses every resource of the official SDK, unmodified, on the sandbox. Prints what came of it as JSON.

usage: official_resources.py REST_BASE
"""

import json
import sys

from piopiy import PipelineBuilder, RestClient
from sandbox_view import SandboxView

base_url = sys.argv[1]
sandbox = SandboxView(base_url)
client = RestClient("token", base_url=base_url)

CALLER = "919999999999"
AGENT = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
SECOND_AGENT = "0b5c3d8e-6f1a-4c2b-9d7e-3a4f5b6c7d8e"


def number(index):
    """No two calls ring the same number."""
    return "9188888887%02d" % index


def connect(to):
    params = {"caller_id": CALLER, "strategy": "sequential"}
    return PipelineBuilder().connect(params, [{"type": "pstn", "number": to}])


placed = {
    "ai": client.ai.call(CALLER, number(1), AGENT, variables={"order": "A-17"}),
    "ai_failover": client.ai.call(
        CALLER,
        number(2),
        AGENT,
        app_id="app",
        failover={"agent_id": SECOND_AGENT, "strategy": "sequential", "ring_timeout_sec": 20, "metadata": {"n": 1}},
    ),
    "voice": client.voice.call(
        CALLER, number(3), "app", call_options={"record": True}, connect={"options": {"max_duration_sec": 600}}
    ),
    "pcmo": client.pcmo.call(
        CALLER,
        number(4),
        "app",
        PipelineBuilder().play("welcome.wav").param({"step": 1}).build() + connect(number(14)).build(),
        options={"max_duration_sec": 600},
    ),
    "flow": client.flow.call(
        "1c9d3a52-1111-4222-8333-0123456789ab", "2d9d3a52-1111-4222-8333-0123456789ab", CALLER, number(5), "app"
    ),
}
talking = {name: sandbox.talking(answer) for name, answer in placed.items()}
transferred = {
    "ai": client.ai.transfer(talking["ai_failover"]["call_id"], connect(number(22))),
    "voice": client.voice.transfer(talking["voice"]["call_id"], connect(number(23)).build()),
    "pcmo": client.pcmo.transfer(talking["pcmo"]["call_id"], connect(number(24)).hangup().build()),
}
hung_up = {
    "ai": client.ai.hangup(talking["ai"]["call_id"], cause="USER_BUSY", reason="tested"),
    "voice": client.voice.hangup(talking["flow"]["call_id"]),
}
ended = {name: sandbox.ended(placed[name]) for name in ("ai", "flow")}

print(
    json.dumps(
        {
            "placed": placed,
            "talking": talking,
            "transferred": transferred,
            "hung_up": hung_up,
            "ended": ended,
            "requests": [[request["path"], request["status"]] for request in sandbox.requests()],
        }
    )
)

"""Acts on live calls of the sandbox with piopiy-agent's call control, unmodified. Prints what came of it as JSON.

usage: piopiy_agent_control.py REST_BASE
"""

import asyncio
import importlib.metadata
import json
import sys
from dataclasses import asdict

from piopiy import RestClient
from piopiy_agent import PiopiyAPIError, PiopiyCallControl
from sandbox_view import SandboxView

base_url = sys.argv[1]
sandbox = SandboxView(base_url)


def place(index):
    """Places a call and waits until its agent talks."""
    client = RestClient("token", base_url=base_url)
    placed = client.ai.call("919999999999", "9188888887%02d" % index, "bdd32bcb-767c-40a5-be4a-5f45eeb348a6")
    return sandbox.talking(placed)["call_id"]


async def talking(index):
    return control(await asyncio.to_thread(place, index))


def control(call_id):
    return PiopiyCallControl(call_id, token="token", api_url=base_url)


async def refusal(action):
    """How an action is refused; `None` when it is not."""
    try:
        await action
    except PiopiyAPIError as error:
        return {"status": error.status, "error": error.error, "request_id": error.request_id}
    return None


async def settled(control, transfer):
    return asdict(await control.wait_for_transfer(transfer.request_id, poll_sec=0.05, timeout_sec=60))


async def handoff():
    """A person does not answer, the next one does, and then the call is hung up."""
    seen = {}
    async with await talking(1) as call:
        seen["call_id"] = call.call_id
        seen["status"] = await call.status()
        first = await call.warm_transfer(to_number="918888880002", timeout_sec=5, transfer_summary="Asks for sales.")
        seen["first"] = asdict(first)
        seen["running"] = asdict(await call.transfer_status(first.request_id))
        seen["second"] = await refusal(call.warm_transfer(to_number="918888888722"))
        seen["failed"] = await settled(call, first)
        seen["still"] = (await call.status())["call_id"]
        third = await call.warm_transfer(
            sip_uri="sip:desk@example.com", caller_id="919999999999", confirm=True, hold_audio=True, variables={"n": 1}
        )
        seen["third"] = asdict(third)
        seen["completed"] = await settled(call, third)
        seen["hangup"] = await call.hangup(reason="tested")
        seen["after"] = await refusal(call.status())
    return seen


async def blind(index, **target):
    async with await talking(index) as call:
        transfer = await call.blind_transfer(**target)
        return {"call_id": call.call_id, "transfer": asdict(transfer), "settled": await settled(call, transfer)}


async def wrong():
    """What the platform refuses."""
    async with await talking(4) as call:
        return {
            "rule": await refusal(call.warm_transfer(to_number="918888888722", timeout_sec=0)),
            "transfer": await refusal(call.transfer_status("there-is-no-such-transfer")),
        }


async def unknown():
    async with control("0b5c3d8e-6f1a-4c2b-9d7e-3a4f5b6c7d8e") as call:
        return {"status": await refusal(call.status()), "hangup": await refusal(call.hangup())}


async def main():
    stories = {
        "handoff": handoff(),
        "to_number": blind(2, to_number="918888888723", caller_id="919999999999"),
        "to_number_alone": blind(3, to_number="918888888724"),
        "pipeline": blind(5, pipeline=[{"action": "play", "file_name": "bye.wav"}, {"action": "hangup"}]),
        "wrong": wrong(),
        "unknown": unknown(),
    }
    told = dict(zip(stories, await asyncio.gather(*stories.values())))
    print(json.dumps({"version": importlib.metadata.version("piopiy-agent")} | told))


asyncio.run(main())

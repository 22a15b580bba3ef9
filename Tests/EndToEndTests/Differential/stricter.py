"""Where this project refuses on purpose what the official SDK lets pass. Each reason is a predicate on the arguments."""

import math
import re
import unicodedata

PHONE_KEYS = ("caller_id", "to_number")
UUID_KEYS = ("agent_id", "call_id", "flow_id", "org_id")
UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
WHOLE_KEYS = ("min_digits", "max_digits", "first_digit_timeout", "inter_digit_timeout")
# Arrays and objects inside each other, the batch line among them.
LEVELS = 200


def nodes(value):
    """Every value inside, the outermost included."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def depth(value):
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        node, level = waiting.pop()
        if isinstance(node, (dict, list)):
            deepest = max(deepest, level)
            inner = node.values() if isinstance(node, dict) else node
            waiting.extend((child, level + 1) for child in inner)
    return deepest


def actions(args):
    pipeline = args.get("pipeline")
    return [action for action in pipeline if isinstance(action, dict)] if isinstance(pipeline, list) else []


def phones(args):
    yield from (args.get(key) for key in PHONE_KEYS)
    for action in actions(args):
        if action["action"] == "connect":
            yield action["params"]["caller_id"]
            yield from (endpoint["number"] for endpoint in action["endpoints"] if endpoint["type"] == "pstn")


def uuids(args):
    yield from (args.get(key) for key in UUID_KEYS)
    if isinstance(args.get("failover"), dict):
        yield args["failover"].get("agent_id")
    for action in actions(args):
        if action["action"] == "connect":
            yield from (endpoint["id"] for endpoint in action["endpoints"] if endpoint["type"] == "agent")


def variables(args):
    """The objects whose keys have a rule."""
    yield args.get("variables")
    yield args.get("metadata")
    for key in ("failover", "connect"):
        if isinstance(args.get(key), dict):
            yield args[key].get("metadata")
    for action in actions(args):
        if action["action"] == "connect":
            yield action["params"].get("metadata")
        if action["action"] == "param":
            yield action["data"]


def whole_numbers(args):
    """The numbers that are integers by rule and have no upper bound there."""
    for action in actions(args):
        for key in WHOLE_KEYS:
            yield action.get("dtmf", {}).get(key)
        yield action.get("retries", {}).get("max")


def has_surrogate(value):
    texts = (text for node in nodes(value) for text in ([node] if isinstance(node, str) else node if isinstance(node, dict) else ()))
    return any("\ud800" <= character <= "\udfff" for text in texts for character in text)


def has_twin_keys(value):
    """Whether an object has two keys that are canonically equivalent, which is the same text for Swift."""
    objects = (node for node in nodes(value) if isinstance(node, dict))
    return any(len({unicodedata.normalize("NFD", key) for key in node}) < len(node) for node in objects)


REASONS = {
    "a phone number with a trailing newline": lambda args: any(
        isinstance(phone, str) and phone.endswith("\n") for phone in phones(args)
    ),
    "a uuid that is not 8-4-4-4-12 hex": lambda args: any(
        isinstance(text, str) and not UUID.fullmatch(text) for text in uuids(args)
    ),
    "a number that is not finite": lambda args: any(
        isinstance(node, float) and not math.isfinite(node) for node in nodes(args)
    ),
    "a key with a trailing newline": lambda args: any(
        key.endswith("\n") for members in variables(args) for key in members or ()
    ),
    "half a surrogate pair": has_surrogate,
    "two keys that differ only in how characters are composed": has_twin_keys,
    "a whole number beyond 64 bits": lambda args: any(
        isinstance(number, int) and number >= 2**63 for number in whole_numbers(args)
    ),
    "more levels than anybody reads": lambda args: depth({"args": args}) > LEVELS,
}


def reasons(args):
    """The reasons for which arguments are refused here that the official SDK takes."""
    return [name for name, holds in REASONS.items() if holds(args)]

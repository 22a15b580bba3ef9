"""Compares what the official SDK and this project made of the same operations."""

import math

from stricter import REASONS, reasons


def difference(ours, theirs, place="body"):
    """The first place where two JSON values are not the same, in words; `None` when they are.

    1, 1.0 and true are three things, and so are 0.0 and -0.0. Keys have no order.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() ^ theirs.keys()):
            return "%s has%s %r" % (place, "" if key in ours else " no", key)
        inner = ((ours[key], theirs[key], "%s.%s" % (place, key)) for key in theirs)
        return next(filter(None, (difference(*pair) for pair in inner)), None)
    if isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return "%s has %d elements, not %d" % (place, len(ours), len(theirs))
        inner = ((mine, other, "%s[%d]" % (place, n)) for n, (mine, other) in enumerate(zip(ours, theirs)))
        return next(filter(None, (difference(*pair) for pair in inner)), None)
    alike = type(ours) is type(theirs) and ours == theirs
    if alike and isinstance(ours, float):
        alike = math.copysign(1, ours) == math.copysign(1, theirs)
    return None if alike else "%s is %r, not %r" % (place, ours, theirs)


def mismatch(args, theirs, ours):
    """What is wrong with our result line, in words; `None` when nothing is."""
    if ours is None:
        return "no result"
    outcome = ours.get("outcome")
    if outcome not in ("dryRun", "invalid"):
        return "outcome %s" % outcome
    if outcome == "invalid":
        error = ours.get("error")
        if not isinstance(error, dict) or not error.get("field") or not error.get("message"):
            return "invalid without a field and a message"
        if "request" in ours:
            return "invalid with a request"
    excused = theirs["verdict"] != "invalid" and reasons(args)
    if theirs["verdict"] == "invalid" or excused:
        return None if outcome == "invalid" else "taken, though it is %s" % (theirs.get("why") or ", ".join(excused))
    if theirs["verdict"] != "valid":
        return "the official SDK could not send it, for no known reason: %s" % theirs.get("why")
    if outcome != "dryRun":
        return "refused: %s %s" % (ours["error"]["field"], ours["error"]["message"])
    request = ours.get("request") or {}
    for key in ("method", "url"):
        if request.get(key) != theirs[key]:
            return "%s is %s, not %s" % (key, request.get(key), theirs[key])
    return difference(request.get("body"), theirs["body"])


def compare(judged, results):
    """`judged`: what was asked and what the official SDK made of it. `results`: our result lines by id."""
    counts = {"operations": 0, "valid": 0, "invalid": 0, "mismatches": 0}
    shown = []
    stricter = dict.fromkeys(REASONS, 0)
    ops, actions = {}, {}
    for item in judged:
        op, args, theirs = item["op"], item["args"], item["theirs"]
        counts["operations"] += 1
        problem = mismatch(args, theirs, results.pop(item["id"], None))
        if problem:
            counts["mismatches"] += 1
            if len(shown) < 20:
                shown.append("%s %s: %.300s in %.3000s" % (item["id"], op, ascii(problem), ascii(args)))
        if theirs["verdict"] == "invalid":
            counts["invalid"] += 1
            continue
        found = reasons(args)
        for reason in found:
            stricter[reason] += 1
        if not found:
            counts["valid"] += 1
            ops[op] = ops.get(op, 0) + 1
            for action in theirs["body"].get("pipeline", []):
                actions[action["action"]] = actions.get(action["action"], 0) + 1
    if results:
        counts["mismatches"] += len(results)
        shown.append("results for nothing that was asked: %s" % ", ".join(sorted(map(str, results))[:5]))
    return counts | {"stricter": stricter, "ops": ops, "actions": actions, "shown": shown}

"""Breaks operations, or seems to: one to three changes anywhere in the arguments."""

import copy
import math

from operations import AGENT, CALLER

# By key: values at, inside and outside each bound, and of the wrong kind.
BY_KEY = {
    "max_duration_sec": (9, 10, 11, 29, 30, 31, 7199, 7200, 7201, 0, -1, 10**6, 10**30, 60.0, 1e3, "60", True, None),
    "ring_timeout_sec": (4, 5, 6, 119, 120, 121, 0, -30, 10**30, 30.0, "30", False, None),
    "min_digits": (0, 1, -1, 1.0, True, "1", 2**63 - 1, -(2**63) - 1, None),
    "max_digits": (0, 1, -1, 4.0, False, "4", None),
    "first_digit_timeout": (0, 1, -(10**30), 5.0, "5"),
    "inter_digit_timeout": (0, 1, -5, 0.1, True),
    "max": (-1, 0, 1, 1.0, True, "1", -(10**30), None),
    "speed": (0.49, 0.5, 0, 1, True, 2, 2.0, 2.0000001, 3, -1, -0.0, "1.0", 10**30, 1e300, None, 0.4999999999999999),
    "finish_on_key": ("", "#", "##", "e\u0301", "\U0001f600", "\U0001f468\u200d\U0001f469", 1, None),
    "cause": ("", "x", "x" * 64, "x" * 65, "\U0001f600" * 64, "\U0001f600" * 65, "e\u0301" * 32, "e\u0301" * 33, 16, None),
    "reason": ("", "x", "x" * 256, "x" * 257, "\U0001f600" * 256, "\U0001f600" * 257, "e\u0301" * 129, 0, None),
    "record": (0, 1, "true", None, 1.0),
    "machine_detection": (0, 1, "false", None),
    "enabled": (0, 1, "yes", None),
    "flush_buffer": (0, 1, "", None),
    "strategy": ("Sequential", "sequential ", "parallel", "", None, 1, ["sequential"], {"a": 1}),
    "channels": ("Dual", "stereo", "", None, 2, []),
    "format": ("MP3", "ogg", "wav\n", None, 3, {}),
    "type": ("file", "say", "url", "pcmo", "pstn", "sip", "agent", "PSTN", "", None, 0, []),
    "action": ("connect", "play", "play_get_input", "param", "record", "hangup", "input", "transfer", "Play", "", None, 7, {}),
    "url": ("ftp://x", "HTTP://x", "https:/x", " http://x", "http://", "", "\nhttps://x", None, 80),
    "input": ([], ["dtmf", "dtmf"], ["speech", "dtmf", "speech"], ["DTMF"], ["dtmf", None], "dtmf", {"dtmf": True}, None),
    "endpoints": ([], {}, None, [[]], "pstn"),
    "pipeline": ([], {}, None, "play", [[]], [None], [{}]),
    "variables": ({}, [], "a=b", None, 1, {"": 1}, {"1a": 1}, {"a-b": 1}, {"é": 1}, {"a": None}, {"a": []}, {"a": {}}),
    "metadata": ({}, [], "", None, {" a": 1}, {"a b": "x"}, {"a": [1]}, {"_": {}}, {"A1_": -0.0}),
    "data": (
        {}, [], None, {"k": "x" * 256}, {"k": "x" * 257}, {"k": "\U0001f600" * 256}, {"k": "\U0001f600" * 257},
        {"k%d" % n: n for n in range(10)}, {"k%d" % n: n for n in range(11)}, {"k": None},
    ),
    "headers": ({}, [], None, "X: y", {"\u00e9": 1, "e\u0301": 2, "\u212a": 3, "K": 4}, {"": {"": []}}, {"a": [[[[[None]]]]]}),
    "failover": (None, {}, [], "x", {"agent_id": AGENT}),
    "options": (None, {}, [], "x", 0),
    "call_options": (None, {}, []),
    "connect": (None, {}, [], "sequential", {"strategy": None}, {"caller_id": CALLER}),
    "app_id": (None, "", 7, [], {}, True),
}
PHONES = (
    "", "0", "+919999999999", "919999999999 ", " 919999999999", "0919999999999", "999999", "9999999", "9" * 16, "9" * 17,
    "91999999999a", "\u0669\u0661" * 6, "９１９９９９９９９９９９", "9199\n99999999", "91-99999999", 919999999999, None, True, ["9"],
    "919999999999\n\n", "919999999999\r", "919999999999\x00", "\u200e919999999999", 9.19999999999e11,
)
UUIDS = (
    "", "x", "bdd32bcb-767c-40a5-be4a-5f45eeb348a", "bdd32bcb-767c-40a5-be4a-5f45eeb348a66", None, 7, [], True,
    "gdd32bcb-767c-40a5-be4a-5f45eeb348a6", "BDD32BCB-767C-40A5-BE4A-5F45EEB348A6", "00000000-0000-0000-0000-000000000000",
    "bdd32bcb-767c-40a5-be4a-5f45eeb348a6\x00", "-dd32bcb-767c-40a5-be4a-5f45eeb348a6", "bdd32bcb\u2010767c-40a5-be4a-5f45eeb348a6",
    "0xbdd32bcb767c40a5be4a5f45eeb348a6",
)
# Python's UUID() reads all of these.
LOOSE_UUIDS = (
    "{bdd32bcb-767c-40a5-be4a-5f45eeb348a6}", "urn:uuid:bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
    "uuid:bdd32bcb-767c-40a5-be4a-5f45eeb348a6", "bdd32bcb767c40a5be4a5f45eeb348a6", "bdd3-2bcb767c40a5be4a5f45eeb348a6",
    "bdd32bcb-767c-40a5-be4a5f45eeb348a6", "bdd32bcb-767c-40a5-be4a-5f45eeb348a6-", "}bdd32bcb-767c-40a5-be4a-5f45eeb348a6{",
    "bdd32bcb_767c_40a5_be4a_5f45eeb3", "0xbdd32bcb767c40a5be4a5f45eeb348", "bdd32bcb-767c-40a5-be4a-5f45eeb348a\n",
    " bdd32bcb-767c-40a5-be4a-5f45eeb348a", "+dd32bcb-767c-40a5-be4a-5f45eeb348a6", "b\u0663d32bcb-767c-40a5-be4a-5f45eeb348a6",
    "bdd32bc\uff10-767c-40a5-be4a-5f45eeb348a6", "bdd3_bcb-767c-40a5-be4a-5f45eeb348a6",
)
HALVES = ("\ud800", "a\udfff", "\udc00\ud83d b", "\ud83d\ud83d\ude00")
VARIABLE_KEYS = ("variables", "metadata", "data")
WHOLE_KEYS = ("min_digits", "max_digits", "first_digit_timeout", "inter_digit_timeout")
PHONE_KEYS = ("caller_id", "to_number", "number")
UUID_KEYS = ("agent_id", "call_id", "flow_id", "org_id", "id")
KNOWN_KEYS = tuple(BY_KEY) + PHONE_KEYS + UUID_KEYS + (
    "params", "prompt", "say", "language", "voice_id", "file_name", "dtmf", "retries", "on_result", "ref", "uri", "recording",
    "waiting_music", "no_input_prompt", "invalid_prompt", "connect_options",
)
WRONG = (
    None, True, False, 0, 1, -1, 2**63, -(2**63) - 1, 10**40, 60.0, 1e16, 0.1, -0.0, 1e-7, "", "60", "x" * 65, "x" * 257, "\x00",
    "\x7f", "\x85", "\u202e", "e\u0301", [], {}, [None], {"": None}, [[]], {"action": "hangup"},
)


class Mutations:
    def __init__(self, operations):
        self.operations = operations
        self.chance = operations.chance

    def places(self, node, found):
        """Every container with each of its keys or indices."""
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            found.append((node, key))
            self.places(node[key], found)
        return found

    def containers(self, args, kind):
        return [args] * (kind is dict) + [node[key] for node, key in self.places(args, []) if isinstance(node[key], kind)]

    def draw(self, choices):
        """A value of its own: what is drawn is changed later."""
        return copy.deepcopy(self.chance.choice(choices))

    def fitting(self, key):
        """Values made for a key, good and bad."""
        if key in PHONE_KEYS:
            return PHONES
        if key in UUID_KEYS:
            return UUIDS
        return BY_KEY.get(key, WRONG)

    def change(self, args):
        """One change, of a kind that chance picks."""
        places = self.places(args, [])
        kind = self.chance.random()
        if not places or kind < 0.15:
            node = self.chance.choice(self.containers(args, dict))
            key = self.chance.choice(("extra", "Caller_id", "to number", "", "caller_id ", "\u00e9", self.operations.key()))
            node[key] = self.draw(WRONG)
        elif kind < 0.3:
            node = self.chance.choice(self.containers(args, dict))
            key = self.chance.choice(KNOWN_KEYS)
            node[key] = self.draw(self.fitting(key))
        elif kind < 0.45:
            node, key = self.chance.choice(places)
            del node[key]
        elif kind < 0.55:
            node, key = self.chance.choice(places)
            node[key] = self.draw(WRONG)
        elif kind < 0.65:
            lists = self.containers(args, list)
            if lists:
                node = self.chance.choice(lists)
                agent, desk = self.operations.endpoint("agent"), self.operations.endpoint("sip")
                extra = (self.chance.choice(node), agent, desk) if node else WRONG
                node.insert(self.chance.randrange(len(node) + 1), self.draw(extra))
                self.chance.shuffle(node)
        elif kind < 0.7:
            # The first agent once more, in either letter case.
            agent = args.get("agent_id")
            agent = self.chance.choice((agent, agent.upper(), agent.lower())) if isinstance(agent, str) else agent
            args |= {"app_id": "app", "failover": {"agent_id": agent}}
        else:
            named = [(node, key) for node, key in places if isinstance(key, str) and self.fitting(key) is not WRONG]
            node, key = self.chance.choice(named or places)
            node[key] = self.draw(self.fitting(key))

    def break_up(self, args):
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            self.change(args)

    # What the official SDK lets pass and this project refuses on purpose. All of these leave an operation valid there.

    def loosen(self, args):
        """One thing that only the official SDK lets pass, of a kind for which there is a place."""
        kinds = [self.phone, self.uuid, self.number, self.line, self.surrogate, self.whole, self.deep]
        self.chance.shuffle(kinds)
        # A finished operation always has a phone number or a uuid.
        next(kind for kind in kinds if kind(args, self.places(args, [])))

    def set_one(self, places, make):
        """Gives one of the places a value; says whether there was a place."""
        if not places:
            return False
        node, key = self.chance.choice(places)
        node[key] = make(node.get(key))
        return True

    @staticmethod
    def texts(places, keys):
        return [(node, key) for node, key in places if key in keys and isinstance(node[key], str)]

    @staticmethod
    def inside(places, keys, name):
        """A member called `name` of each object that has one of the keys."""
        return [(node[key], name) for node, key in places if key in keys and isinstance(node[key], dict)]

    def phone(self, args, places):
        return self.set_one(self.texts(places, PHONE_KEYS), lambda number: number + "\n")

    def uuid(self, args, places):
        return self.set_one(self.texts(places, UUID_KEYS), lambda _: self.chance.choice(LOOSE_UUIDS))

    def number(self, args, places):
        if speeds := [(node, key) for node, key in places if key == "speed"]:
            return self.set_one(speeds, lambda _: math.nan)
        found = self.inside(places, VARIABLE_KEYS + ("headers",), "odd")
        return self.set_one(found, lambda _: self.chance.choice((math.nan, math.inf, -math.inf)))

    def line(self, args, places):
        return self.set_one(self.inside(places, VARIABLE_KEYS, "line\n"), lambda _: self.operations.scalar())

    def surrogate(self, args, places):
        found = self.texts(places, ("app_id", "file_name", "say", "ref", "reason", "cause"))
        found += self.inside(places, VARIABLE_KEYS + ("headers",), "half")
        found += self.inside(places, ("headers",), "half \udc00 of a key")
        return self.set_one(found, lambda _: self.chance.choice(HALVES))

    def whole(self, args, places):
        found = [place for key in WHOLE_KEYS for place in self.inside(places, ("dtmf",), key)]
        found += self.inside(places, ("retries",), "max")
        return self.set_one(found, lambda _: self.chance.choice((2**63, 2**64, 10**40)))

    def deep(self, args, places):
        deep = 1
        for _ in range(self.chance.choice((150, 250, 400))):
            deep = self.chance.choice(([deep], {"x": deep}))
        kinds = ("pstn", "sip", "agent")
        found = [(node, "headers") for node, key in places if key == "type" and node["type"] in kinds]
        return self.set_one(found, lambda _: {"deep": deep})

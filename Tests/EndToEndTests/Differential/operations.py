"""Makes valid operations: what the official SDK takes, in all its shapes."""

import string

CALLER = "919999999999"
AGENT = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"

OPS = (
    "ai.call",
    "ai.transfer",
    "ai.hangup",
    "voice.call",
    "voice.transfer",
    "voice.hangup",
    "pcmo.call",
    "pcmo.transfer",
    "flow.call",
)
ACTIONS = ("connect", "play", "play_get_input", "param", "record", "hangup", "input")

# Texts that are right where any text is: all of them must arrive as they are.
TEXTS = (
    "a", "welcome.wav", "Press 1 for sales.", "", " ", "two\nlines\n", "tab\there", "\"quoted\" \\ and / slashed",
    "+919999999999", "नमस्ते", "١٢٣", "１２３", "👩‍👩‍👧‍👦", "e\u0301 is not \u00e9", "\u212b \u212a", "nul \x00 del \x7f",
    "c1 \x85 \x9b", "bidi \u202e abc \u202c", "\u2028\u2029", "\ufeffmark", "\U0001f600" * 3, "<script>&'", "\ufffd\uffff",
    "%s {0} $(x)", "null", "true", "60.0", "x" * 300,
)
WHOLE = (0, 1, -1, 2, 60, 255, 65536, 2**31 - 1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 2**64, -(2**64), 10**30)
FRACTIONS = (
    60.0, 1e16, 1e15, 0.1, -0.0, 0.0, 1e-7, 1.5, -2.25, 1e22, 1e300, 5e-324, 1.7976931348623157e308, 0.30000000000000004,
    123456789.123456789, 1e5, 1e-5, 0.0001, 9007199254740993.0, 2.0**63, 1 / 3,
)


class Operations:
    """Draws operations from one source of chance."""

    def __init__(self, chance):
        self.chance = chance

    def maybe(self, likely=0.5):
        return self.chance.random() < likely

    def pick(self, *choices):
        return self.chance.choice(choices)

    # Values

    def phone(self):
        digits = self.chance.choice((7, 11, 12, 12, 12, 12, 16))
        return self.chance.choice("123456789") + "".join(self.chance.choices(string.digits, k=digits - 1))

    def uuid(self):
        text = "%032x" % self.chance.getrandbits(128)
        text = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
        return self.pick(text, text, text, text.upper(), text.title())

    def text(self):
        return self.chance.choice(TEXTS)

    def scalar(self):
        kind = self.chance.random()
        if kind < 0.4:
            return self.text()
        if kind < 0.6:
            return self.chance.choice(WHOLE)
        if kind < 0.85:
            return self.chance.choice(FRACTIONS)
        return self.maybe()

    def key(self):
        first = self.chance.choice(string.ascii_letters + "_")
        rest = self.chance.choices(string.ascii_letters + string.digits + "_", k=self.chance.randrange(12))
        return first + "".join(rest)

    def variables(self, most=6, longest=None):
        values = {}
        for _ in range(self.chance.randrange(most + 1)):
            value = self.scalar()
            if longest is not None and isinstance(value, str):
                value = self.pick(value[:longest], "y" * longest, "\U0001f600" * longest)
            values[self.key()] = value
        return values

    def json(self, depth=3):
        """Any JSON, as headers take it."""
        kind = self.chance.random()
        if depth == 0 or kind < 0.6:
            return self.scalar() if self.maybe(0.9) else None
        if kind < 0.8:
            return [self.json(depth - 1) for _ in range(self.chance.randrange(4))]
        return {self.json_key(): self.json(depth - 1) for _ in range(self.chance.randrange(4))}

    def json_key(self):
        return self.pick("X-Order", "x", "", "key with spaces", "\u00e9", "e\u0301", "\u212a", "K", "日本", "\U0001f600", self.text())

    def headers(self):
        return {self.json_key(): self.json() for _ in range(self.chance.randrange(5))}

    def some(self, **makers):
        """Some of the members, in any order."""
        names = [name for name in makers if self.maybe()]
        self.chance.shuffle(names)
        return {name: makers[name]() for name in names}

    def shuffled(self, members):
        names = list(members)
        self.chance.shuffle(names)
        return {name: members[name] for name in names}

    # What calls have

    def options(self):
        return self.some(
            max_duration_sec=lambda: self.pick(30, 31, 600, 7199, 7200),
            ring_timeout_sec=lambda: self.pick(5, 6, 30, 119, 120),
            record=self.maybe,
        )

    def recording(self):
        return self.some(
            enabled=self.maybe, channels=lambda: self.pick("dual", "single"), format=lambda: self.pick("mp3", "wav")
        )

    def strategy(self):
        return self.pick("simultaneous", "sequential")

    def connect_options(self):
        return self.some(
            max_duration_sec=lambda: self.pick(10, 11, 600, 7199, 7200),
            ring_timeout_sec=lambda: self.pick(5, 6, 30, 119, 120),
            machine_detection=self.maybe,
            recording=self.recording,
            waiting_music=self.text,
        )

    def leg(self):
        return self.some(strategy=self.strategy, options=self.connect_options, metadata=self.variables)

    def failover(self):
        members = self.some(strategy=self.strategy, metadata=self.variables)
        members |= self.connect_options() | {"agent_id": self.uuid()}
        return self.shuffled(members)

    # Pipelines

    def endpoint(self, kind):
        if kind == "pstn":
            endpoint = {"type": kind, "number": self.phone()}
        elif kind == "sip":
            endpoint = {"type": kind, "uri": self.pick("sip:desk@example.com", self.text())}
        else:
            endpoint = {"type": kind, "id": self.uuid()}
        if self.maybe(0.3):
            endpoint["headers"] = self.headers()
        if self.maybe(0.05):
            # A key of another kind of endpoint: the official SDK lets it pass unseen.
            endpoint.setdefault(self.pick("number", "uri", "id"), self.json(2))
        return self.shuffled(endpoint)

    def endpoints(self):
        people = [self.pick("pstn", "sip") for _ in range(self.chance.randrange(4))]
        agents = ["agent"] * self.chance.randrange(3)
        return [self.endpoint(kind) for kind in people + agents or ["pstn"]]

    def prompt(self):
        members = self.some(
            file_name=self.text,
            say=self.text,
            language=lambda: self.pick("en-IN", "hi-IN"),
            voice_id=lambda: self.pick("v1", self.text()),
            speed=lambda: self.pick(0.5, 1, 1.0, 2, 2.0, 1.25, 0.75),
        )
        if self.maybe():
            members = members if self.maybe(0.3) else {}
            return self.shuffled(members | {"type": "file", "file_name": self.text()})
        if self.maybe(0.7):
            members.pop("file_name", None)
        spoken = {"say": self.text(), "language": "en-IN", "voice_id": "v1", "speed": self.pick(1, 1.0, 0.5, 2)}
        return self.shuffled(spoken | members | {"type": "say"})

    def dtmf(self):
        whole = lambda: self.pick(1, 2, 10, 99999, 2**31, 2**63 - 1)
        return self.some(
            min_digits=whole,
            max_digits=whole,
            first_digit_timeout=whole,
            inter_digit_timeout=whole,
            finish_on_key=lambda: self.pick("#", "*", "", "\U0001f600", "\n", "x"),
            flush_buffer=self.maybe,
        )

    def on_result(self):
        if self.maybe():
            result = {"type": "url", "url": self.pick("https://example.com/a", "http://", "http://x\n", "https://\u00e9")}
            if self.maybe(0.2):
                result["ref"] = self.text()
        else:
            result = {"type": "pcmo", "ref": self.text()}
            if self.maybe(0.2):
                result["url"] = "https://example.com/"
        return self.shuffled(result)

    def retries(self):
        return self.some(
            max=lambda: self.pick(0, 1, 3, 2**63 - 1), no_input_prompt=self.prompt, invalid_prompt=self.prompt
        )

    def action(self, name=None):
        name = name or self.pick(*ACTIONS)
        members = {"action": name}
        if name == "connect":
            members |= {"params": self.shuffled({"caller_id": self.phone()} | self.leg()), "endpoints": self.endpoints()}
        elif name == "play":
            members |= {"file_name": self.text()}
        elif name == "play_get_input":
            modes = self.pick(["dtmf"], ["speech"], ["dtmf", "speech"], ["speech", "dtmf"])
            members |= {"prompt": self.prompt(), "input": list(modes), "on_result": self.on_result()}
            members |= self.some(dtmf=self.dtmf, retries=self.retries)
        elif name == "input":
            members |= {"on_result": self.on_result()} | self.some(dtmf=self.dtmf)
        elif name == "param":
            members |= {"data": self.variables(most=10, longest=256)}
        elif name == "record":
            members |= self.some(format=lambda: self.pick("mp3", "wav"), channels=lambda: self.pick("single", "dual"))
        return self.shuffled(members)

    def pipeline(self):
        length = self.chance.choice((1, 1, 1, 2, 2, 3, 5, 12))
        return [self.action() for _ in range(length)]

    # Operations

    def voice_call(self, basics):
        """Its options and its leg have two ways each to be given."""
        options = basics.pop("options", None)
        if options is not None:
            basics[self.pick("options", "call_options")] = options
        basics["app_id"] = self.text()
        if self.maybe():
            return basics | self.some(connect=self.leg)
        return basics | self.some(strategy=self.strategy, connect_options=self.connect_options, metadata=self.variables)

    def operation(self, op=None):
        """A name and its arguments."""
        op = op or self.pick(*OPS)
        verb = op.split(".")[1]
        if verb == "hangup":
            args = {"call_id": self.uuid()} | self.some(
                cause=lambda: self.pick("NORMAL_CLEARING", "c", "c" * 64, "\U0001f600" * 64, "a\nb"),
                reason=lambda: self.pick("tested", "r", "r" * 256, "\U0001f600" * 256, "e\u0301"),
            )
        elif verb == "transfer":
            args = {"call_id": self.uuid(), "pipeline": self.pipeline()}
        else:
            args = {"caller_id": self.phone(), "to_number": self.phone()}
            args |= self.some(options=self.options, variables=self.variables)
            if op == "ai.call":
                args["agent_id"] = self.uuid()
                if self.maybe():
                    args |= {"app_id": self.text(), "failover": self.failover()}
            elif op == "voice.call":
                args = self.voice_call(args)
            elif op == "pcmo.call":
                args |= {"app_id": self.text(), "pipeline": self.pipeline()} | self.some(agent_id=self.uuid)
            else:
                args |= {"app_id": self.text(), "flow_id": self.uuid(), "org_id": self.uuid()}
        for name in self.optional(op):
            # What is None was not given.
            if name not in args and self.maybe(0.05):
                args[name] = None
        return op, self.shuffled(args)

    @staticmethod
    def optional(op):
        if op.endswith(".hangup"):
            return ("reason",)
        return {
            "ai.call": ("options", "variables", "app_id", "failover"),
            "voice.call": ("options", "call_options", "variables", "connect", "strategy", "connect_options", "metadata"),
            "pcmo.call": ("options", "variables", "agent_id"),
            "flow.call": ("options", "variables"),
        }.get(op, ())

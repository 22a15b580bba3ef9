"""What tests see of a sandbox beside what its clients are answered."""

import json
import time
import urllib.request


class SandboxView:
    def __init__(self, base_url):
        self.origin = base_url[: -len("/v3")]

    def _get(self, path):
        with urllib.request.urlopen(self.origin + path, timeout=10) as answer:
            return json.load(answer)

    def call(self, placed):
        """The call that a placement's answer is about."""
        return next(call for call in self._get("/_sandbox/calls") if call["request_id"] == placed["request"])

    def requests(self):
        return self._get("/_sandbox/requests")

    def until(self, what, condition):
        """Asks until there is an answer, for a minute at most."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.02)
        raise SystemExit("%s did not come within a minute" % what)

    def talking(self, placed):
        """The call, once it talks."""

        def look():
            call = self.call(placed)
            if call["state"] == "ended":
                raise SystemExit("the call ended before it talked: %s" % call)
            return call if call["state"] == "talking" else None

        return self.until("talk", look)

    def ended(self, placed):
        """The call, once it has ended."""
        return self.until("the end", lambda: (call := self.call(placed))["state"] == "ended" and call)

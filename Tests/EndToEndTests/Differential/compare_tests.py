"""Tests of the comparison: one that cannot fail would prove nothing.

usage: python -m unittest compare_tests
"""

import copy
import unittest

from compare import compare, difference
from official import OfficialSDK
from stricter import REASONS, reasons

UUID = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
CALL = {
    "caller_id": "919999999999",
    "to_number": "918888888888",
    "app_id": "app",
    "pipeline": [
        {"action": "connect", "params": {"caller_id": "919999999999"}, "endpoints": [{"type": "agent", "id": UUID}]},
        {"action": "input", "dtmf": {"min_digits": 1}, "on_result": {"type": "pcmo", "ref": "r"}},
    ],
    "variables": {"order": "A-17"},
}


def changed(*path, to):
    call = copy.deepcopy(CALL)
    node = call
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = to
    return call


class DifferenceTests(unittest.TestCase):
    def test_nothing_differs_from_itself(self):
        for value in (None, True, 0, 1.5, -0.0, "x", [], {}, [1, {"a": [None]}], 10**40):
            self.assertIsNone(difference(value, copy.deepcopy(value)))

    def test_the_order_of_keys_is_no_difference(self):
        self.assertIsNone(difference({"a": 1, "b": 2}, {"b": 2, "a": 1}))

    def test_values_that_python_takes_for_equal_are_told_apart(self):
        pairs = ((1, 1.0), (1, True), (0, False), (0.0, -0.0), (2**53 + 1, float(2**53)), (10**40, 1e40))
        for one, other in pairs:
            for wrap in (lambda value: value, lambda value: [value], lambda value: {"a": {"b": [0, value]}}):
                self.assertIsNotNone(difference(wrap(one), wrap(other)), (one, other))
                self.assertIsNotNone(difference(wrap(other), wrap(one)), (one, other))

    def test_texts_that_look_alike_are_told_apart(self):
        self.assertIsNotNone(difference("\u00e9", "e\u0301"))
        self.assertIsNotNone(difference({"\u00e9": 1}, {"e\u0301": 1}))
        self.assertIsNotNone(difference("x\n", "x"))

    def test_what_is_missing_or_too_much_is_named(self):
        self.assertIn("no 'b'", difference({"a": 1}, {"a": 1, "b": None}))
        self.assertIn("has 'b'", difference({"a": 1, "b": None}, {"a": 1}))
        self.assertIn("1 elements, not 2", difference([1], [1, 2]))
        self.assertIn("body[1].a", difference([1, {"a": 2}], [1, {"a": 3}]))


class CompareTests(unittest.TestCase):
    def setUp(self):
        self.official = OfficialSDK()

    def mismatches(self, args, ours, op="pcmo.call"):
        item = {"id": "op-0", "op": op, "args": args, "theirs": self.official.judge(op, args)}
        return compare([item], {} if ours is None else {"op-0": ours})["mismatches"]

    def dry_run(self, args=CALL, **changes):
        theirs = self.official.judge("pcmo.call", args)
        return {"outcome": "dryRun", "request": {key: theirs[key] for key in ("method", "url", "body")} | changes}

    invalid = {"outcome": "invalid", "error": {"field": "to_number", "message": "is wrong"}}

    def test_the_same_request_passes(self):
        self.assertEqual(self.mismatches(CALL, self.dry_run()), 0)

    def test_another_request_fails(self):
        self.assertEqual(self.mismatches(CALL, self.dry_run(method="PUT")), 1)
        self.assertEqual(self.mismatches(CALL, self.dry_run(url="https://rest.piopiy.com/v3/voice/ai/call")), 1)
        self.assertEqual(self.mismatches(CALL, self.dry_run(body=CALL | {"app_id": "other"})), 1)

    def test_another_verdict_fails(self):
        broken = changed("to_number", to="+1")
        self.assertEqual(self.mismatches(CALL, self.invalid), 1)
        self.assertEqual(self.mismatches(broken, self.dry_run()), 1)
        self.assertEqual(self.mismatches(broken, self.invalid), 0)

    def test_an_invalid_without_a_field_fails(self):
        broken = changed("to_number", to="+1")
        self.assertEqual(self.mismatches(broken, {"outcome": "invalid", "error": {"message": "is wrong"}}), 1)
        self.assertEqual(self.mismatches(broken, {"outcome": "invalid"}), 1)

    def test_any_other_outcome_no_result_and_a_result_too_many_fail(self):
        self.assertEqual(self.mismatches(CALL, {"outcome": "accepted"}), 1)
        self.assertEqual(self.mismatches(CALL, None), 1)
        self.assertEqual(compare([], {"op-7": self.invalid})["mismatches"], 1)

    def test_each_reason_to_be_stricter_is_one_that_the_official_sdk_has_not(self):
        deep = 1
        for _ in range(250):
            deep = [deep]
        endpoint = ("pipeline", 0, "endpoints", 0)
        loose = (
            changed("to_number", to="918888888888\n"),
            changed("pipeline", 0, "params", "caller_id", to="919999999999\n"),
            changed(*endpoint, "id", to="{%s}" % UUID),
            changed("variables", "order", to=float("nan")),
            changed(*endpoint, "headers", to={"a": [float("inf")]}),
            changed("variables", to={"order\n": 1}),
            changed("pipeline", 0, "params", "metadata", to={"a\n": 1}),
            changed("app_id", to="\ud800"),
            changed("pipeline", 1, "dtmf", "min_digits", to=2**63),
            changed(*endpoint, "headers", to={"deep": deep}),
            changed(*endpoint, "headers", to={"\u00e9": 1, "e\u0301": 1}),
        )
        found = set()
        for args in loose:
            self.assertNotEqual(self.official.judge("pcmo.call", args)["verdict"], "invalid", args)
            self.assertEqual(len(reasons(args)), 1, args)
            found.update(reasons(args))
            # Ours has to refuse it.
            self.assertEqual(self.mismatches(args, self.invalid), 0)
            self.assertEqual(self.mismatches(args, self.dry_run(CALL)), 1)
        self.assertEqual(found, set(REASONS))

    def test_what_is_only_odd_is_no_reason(self):
        for args in (
            CALL,
            changed("variables", "order", to="line\n"),
            changed("variables", "order", to=2**64),
            changed("pipeline", 0, "endpoints", 0, "id", to=UUID.upper()),
            changed("pipeline", 0, "endpoints", 0, "headers", to={"line\n": "\U0001f600"}),
            changed("pipeline", 1, "dtmf", "min_digits", to=2**63 - 1),
        ):
            self.assertEqual(self.official.judge("pcmo.call", args)["verdict"], "valid")
            self.assertEqual(reasons(args), [])


if __name__ == "__main__":
    unittest.main()

"""The same operations for the official SDK and for `piopiy batch`, and a comparison of what they make of them.

usage: differential.py generate COUNT SEED LINES   writes batch lines
       differential.py compare LINES RESULTS       prints the comparison as JSON
"""

import json
import random
import sys

from compare import compare
from mutations import Mutations
from official import OfficialSDK
from operations import OPS, Operations


def line(chance, number, op, args):
    text = json.dumps({"op": op, "args": args, "id": "op-%d" % number})
    if chance.random() < 0.5:
        # The same without escapes, where UTF-8 can say it.
        raw = json.dumps({"op": op, "args": args, "id": "op-%d" % number}, ensure_ascii=False)
        try:
            raw.encode()
            text = raw
        except UnicodeEncodeError:
            pass
    if "Infinity" in text and chance.random() < 0.5:
        # A number that JSON allows and no double holds.
        text = text.replace("Infinity", "1e999")
    return text


def generate(count, seed, path):
    chance = random.Random(seed)
    operations = Operations(chance)
    mutations = Mutations(operations)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for number in range(count):
            op, args = operations.operation(OPS[number % len(OPS)])
            fate = chance.random()
            if fate < 0.08:
                mutations.loosen(args)
            elif fate < 0.62:
                mutations.break_up(args)
            file.write(line(chance, number, op, args) + "\n")


def judged(path):
    """Each line as it stands in the file, with what the official SDK makes of it."""
    official = OfficialSDK()
    with open(path, encoding="utf-8", newline="\n") as file:
        for text in file:
            asked = json.loads(text)
            yield asked | {"theirs": official.judge(asked["op"], asked["args"])}


def results(path):
    """The result lines by id. A line whose id could not be read is told by its number, from 1."""
    with open(path, encoding="utf-8", newline="\n") as file:
        objects = [json.loads(text) for text in file]
    by_id = {result["id"] if "id" in result else "op-%d" % (result["line"] - 1): result for result in objects}
    if len(by_id) != len(objects):
        raise SystemExit("%d results for %d ids" % (len(objects), len(by_id)))
    return by_id


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["generate", count, seed, lines]:
            generate(int(count), int(seed), lines)
        case ["compare", lines, answers]:
            print(json.dumps(compare(judged(lines), results(answers))))
        case _:
            raise SystemExit(__doc__)

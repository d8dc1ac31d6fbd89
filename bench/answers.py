"""Answers commands by a side's methods: one JSON command a line on standard input, one answer a line on standard output."""

import json
import sys


def answer(side):
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            given = {"answer": getattr(side, asked["command"])(**asked["settings"])}
        except Exception as error:
            given = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(given), file=answers, flush=True)

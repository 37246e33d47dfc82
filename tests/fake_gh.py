"""A stand-in for GitHub's command line: the calls that the workflows make and no other, its issues in the file $GH_ISSUES.

It is as strict as the real one where that matters: a token and a repository are asked for, a label must be there, numbers are
numbers, a closed issue is not closed again, and texts come back with the line breaks that GitHub gives them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

FLAGS = {
    "label create": {"--description", "--color"},
    "issue list": {"--label", "--state", "--limit", "--json"},
    "issue create": {"--title", "--label", "--body-file"},
    "issue edit": {"--body-file"},
    "issue close": {"--comment"},
}


def refuse(why: str) -> NoReturn:
    sys.exit(f"gh: {why}")


def parsed(arguments: list[str], known: set[str]) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    rest: list[str] = []
    waiting = iter(arguments)
    for each in waiting:
        if each == "--force":
            continue
        if each.startswith("-"):
            if each not in known:
                refuse(f"unknown flag: {each}")
            options[each] = next(waiting, None) or refuse(f"flag needs an argument: {each}")
        else:
            rest.append(each)
    return options, rest


def one(state: dict[str, Any], rest: list[str]) -> dict[str, Any]:
    if len(rest) != 1 or not rest[0].isdecimal():
        refuse(f"expected the number of an issue, got {rest}")
    return next((each for each in state["issues"] if each["number"] == int(rest[0])), None) or refuse("no such issue")


def body(options: dict[str, str]) -> str:
    return Path(options["--body-file"]).read_text(encoding="utf-8").replace("\n", "\r\n")


COMMENTS = re.compile(r"repos/([\w-]+/[\w-]+)/issues/(\d+)/comments")
COMMENT = re.compile(r"repos/([\w-]+/[\w-]+)/issues/comments/(\d+)")


def api(state: dict[str, Any], arguments: list[str]) -> None:
    """Comments of a pull request: listed through ``--jq``, made and changed, in the name of the job."""
    paginate = "--paginate" in arguments
    options, rest = parsed([each for each in arguments if each != "--paginate"], {"--method", "--jq", "--field"})
    method, [path] = options.get("--method", "GET"), rest
    state["calls"].append(f"api {method}")
    if method == "GET" and paginate and (found := COMMENTS.fullmatch(path)):
        there = [each for each in state["comments"] if each["issue"] == int(found[2])]
        subprocess.run(["jq", "--raw-output", options["--jq"]], input=json.dumps(there), encoding="utf-8", check=True)
        return
    if os.environ.get("GH_READS_ONLY"):
        refuse("Resource not accessible by integration (HTTP 403)")
    name, _, file = options["--field"].partition("=@")
    if name != "body":
        refuse(f"unexpected field {name}")
    text = Path(file).read_text(encoding="utf-8")
    if len(text) > 65536:
        refuse("Body is too long (maximum is 65536 characters) (HTTP 422)")
    if method == "POST" and (found := COMMENTS.fullmatch(path)):
        made = {"id": 100 + len(state["comments"]), "issue": int(found[2]), "body": text}
        state["comments"].append(made | {"user": {"login": "github-actions[bot]"}})
    elif method == "PATCH" and (found := COMMENT.fullmatch(path)):
        [comment] = [each for each in state["comments"] if each["id"] == int(found[2])]
        comment["body"] = text
    else:
        refuse(f"unexpected call {method} {path}")
    print(json.dumps({"body": text}))


def main() -> None:
    if not os.environ.get("GH_TOKEN") or (sys.argv[1] != "api" and "/" not in os.environ.get("GH_REPO", "")):
        refuse("set GH_TOKEN and GH_REPO")
    file = Path(os.environ["GH_ISSUES"])
    state = json.loads(file.read_text()) if file.exists() else {"labels": [], "issues": [], "calls": []}
    state.setdefault("comments", [])
    if sys.argv[1] == "api":
        api(state, sys.argv[2:])
        file.write_text(json.dumps(state))
        return
    name = " ".join(sys.argv[1:3])
    if name not in FLAGS:
        refuse(f"unknown command {name}")
    options, rest = parsed(sys.argv[3:], FLAGS[name])
    state["calls"].append(name)
    if name == "label create":
        state["labels"] = sorted({*state["labels"], *rest})
    elif name == "issue list":
        found = [
            each
            for each in state["issues"]
            if each["state"] == options["--state"] and options["--label"] in each["labels"]
        ]
        print(json.dumps([{key: each[key] for key in options["--json"].split(",")} for each in found]))
    elif name == "issue create":
        if options["--label"] not in state["labels"]:
            refuse(f"could not add label: '{options['--label']}' not found")
        number = max((each["number"] for each in state["issues"]), default=0) + 1
        made = {"number": number, "title": options["--title"], "body": body(options), "comments": []}
        state["issues"].append(made | {"labels": [options["--label"]], "state": "open"})
    elif name == "issue edit":
        one(state, rest)["body"] = body(options)
    else:
        issue = one(state, rest)
        if issue["state"] != "open":
            refuse("already closed")
        issue["state"] = "closed"
        issue["comments"].append(options["--comment"])
    file.write_text(json.dumps(state))


main()

"""What GitHub, GitLab and readers of SARIF are told: limits, identities, places."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from drillbook import resources
from drillbook.finding import Fix, Severity, Span
from drillbook.report import Summary, github, gitlab, junit, markdown, sarif, text
from tests.report.example import finding, summary

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
WARNING = {"rule": "needless-waiver", "code": "DB712", "severity": Severity.WARNING}


def run(seen: Summary) -> dict[str, Any]:
    log = json.loads(sarif.render(seen))
    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(log)
    [only] = log["runs"]
    assert isinstance(only, dict)
    return only


def test_github_gets_ten_of_each_level_and_the_log_the_rest() -> None:
    errors = [finding(f"error {number}", line=number) for number in range(1, 24)]
    warnings = [finding(f"warning {number}", line=number, **WARNING) for number in range(1, 14)]  # type: ignore[arg-type]
    lines = github.render(summary(*errors, *warnings)).splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 10
    assert [line for line in lines if line.startswith("::notice ")] == [
        "::notice title=drillbook::and 16 more, which the log of this step lists"
    ]
    assert lines[21:] == text.render(summary(*errors, *warnings)).splitlines()


def test_github_gets_columns_only_within_a_line() -> None:
    [line, *_] = github.render(summary(finding(line=8, end_line=9))).splitlines()
    assert line.startswith("::error file=runbooks/late-scores.md,line=8,endLine=9,title=")


def test_services_get_paths_from_the_top_of_the_git_repository() -> None:
    seen = summary(finding(path="runbooks/two words.md"), within="ops/ä/")
    assert "file=ops/ä/runbooks/two words.md," in github.render(seen)
    assert json.loads(gitlab.render(seen))[0]["location"]["path"] == "ops/ä/runbooks/two words.md"
    place = run(seen)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "ops/%C3%A4/runbooks/two%20words.md", "uriBaseId": "%SRCROOT%"}


def test_sarif_carries_the_page_of_each_rule_that_found_something() -> None:
    only = run(summary(finding(), finding("again"), finding(**WARNING)))  # type: ignore[arg-type]
    assert only["columnKind"] == "unicodeCodePoints"
    first, second = only["tool"]["driver"]["rules"]
    assert (first["id"], first["properties"]["code"], second["id"]) == ("unknown-team", "DB203", "needless-waiver")
    assert [each["ruleIndex"] for each in only["results"]] == [0, 0, 1]
    assert [each["level"] for each in only["results"]] == ["error", "error", "warning"]
    assert "helpUri" not in first
    page = resources.rule_page("needless-waiver")
    assert second["help"]["markdown"] in page
    assert "## How to mend it" in second["help"]["markdown"]
    assert second["fullDescription"]["text"] == "A waiver sets aside a rule that finds nothing in this file."


def test_sarif_carries_what_is_safe_to_write_and_an_editor_can() -> None:
    old = "title: Fälle 🙂\nowner: rankin\n"
    span = Span(old.index("rankin"), old.index("rankin") + 6)
    mends = [Fix(edits=((span, "ranking"),)), Fix(edits=((span, "ranking"),), safe=False), Fix(bare=True)]
    moved = Fix(edits=((span, "x" * 201),))
    seen = summary(*(replace(finding(f"{n}"), fix=fix) for n, fix in enumerate([*mends, moved, None])), within="ops/")
    first, *rest = run(seen)["results"]
    assert not any("fixes" in each for each in rest)
    [change] = first["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "ops/runbooks/late-scores.md", "uriBaseId": "%SRCROOT%"}
    [made] = change["replacements"]
    at, length = made["deletedRegion"]["charOffset"], made["deletedRegion"]["charLength"]
    assert old[:at] + made["insertedContent"]["text"] + old[at + length :] == old.replace("rankin", "ranking")


def test_sarif_messages_hold_no_link_of_a_document() -> None:
    [result] = run(summary(finding("see [this](https://evil.example)")))["results"]
    assert result["message"]["text"] == "see [this] (https://evil.example)"


def test_a_sound_repository_is_a_valid_report_of_every_kind() -> None:
    seen = Summary([], ["runbooks/late-scores.md"])
    assert run(seen)["results"] == []
    assert json.loads(gitlab.render(seen)) == []
    assert 'tests="1" failures="0"' in junit.render(seen)
    assert markdown.render(seen) == "## Runbooks\n\nNothing found in 1 file.\n"
    assert github.render(seen) == "Nothing found in 1 file.\n"


def test_a_fingerprint_is_of_file_rule_and_sentence_and_counts_equals() -> None:
    def prints(*lines: int, **other: str) -> list[str]:
        return [
            each["fingerprint"]
            for each in json.loads(gitlab.render(summary(*(finding(line=at, **other) for at in lines))))
        ]

    assert prints(8, 20) == prints(108, 120)
    assert len(set(prints(8, 20, 30))) == 3
    assert prints(8) == prints(8, 20)[:1]
    assert not {*prints(8)} & {*prints(8, path="a.md"), *prints(8, rule="b"), *prints(8, message="c")}
    [result] = run(summary(finding()))["results"]
    assert result["partialFingerprints"] == {"drillbook/v1": prints(8)[0]}


def test_junit_counts_files_and_warnings_do_not_fail_one() -> None:
    seen = Summary([finding(), finding(path="runbooks/b.md", **WARNING)], ["runbooks/c.md", "runbooks/b.md"])  # type: ignore[arg-type]
    lines = junit.render(seen).splitlines()
    assert lines[2] == '  <testsuite name="drillbook lint" tests="3" failures="1" errors="0" skipped="0">'
    assert sum("<failure " in line for line in lines) == 1
    assert sum("<system-out>" in line for line in lines) == 1


def test_markdown_stops_before_a_summary_grows_too_large() -> None:
    long = markdown.render(summary(*(finding("|" * 1000, line=number) for number in range(1, 500))))
    assert len(long.encode()) < 1_000_000
    assert long.count("\n| error |") == markdown.ROWS == 200
    assert "\n\nAnd 299 more.\n\n" in long


def test_statistics_end_a_text_report() -> None:
    seen = summary(finding(), finding(), finding(**WARNING))  # type: ignore[arg-type]
    assert text.render(seen, statistics=True).endswith(
        "drillbook rule NAME explains a rule.\n\n2  DB203  unknown-team\n1  DB712  needless-waiver\n"
    )
    assert "DB203  " not in text.render(seen)
    assert text.render(Summary([], ["a"]), statistics=True) == "Nothing found in 1 file.\n"

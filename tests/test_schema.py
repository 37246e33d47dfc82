"""The schemas against themselves, against the normative documents, and against what must not pass.

Stands on jsonschema and ruamel.yaml alone, so that a fault of the package cannot hide a fault of the contract.
"""

import copy
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "schema").glob("*.schema.json"))
}
BY_ID = {schema["$id"]: schema for schema in SCHEMAS.values()}
REGISTRY: Registry[Any] = Registry().with_resources(
    [(address, Resource.from_contents(schema)) for address, schema in BY_ID.items()]
)
COMPLETE = "#/$defs/complete"
METRIC = ("metrics", "model_decision_total")
TABLE = ("tables", "feature_psi_hourly")

Place = tuple[str | int, ...]
Schema = dict[str, Any]


# Formats, on their own feet.

FORMATS = FormatChecker(formats=())
_LENGTH = r"([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?"


@FORMATS.checks("date", raises=ValueError)
def _date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@FORMATS.checks("date-time", raises=ValueError)
def _time(value: object) -> bool:
    return not isinstance(value, str) or (value.endswith("Z") and bool(datetime.fromisoformat(value)))


@FORMATS.checks("duration-prometheus")
def _duration(value: object) -> bool:
    return not isinstance(value, str) or (value != "" and bool(re.fullmatch(_LENGTH, value)))


@FORMATS.checks("duration-positive")
def _positive(value: object) -> bool:
    return not isinstance(value, str) or (_duration(value) and bool(re.search("[1-9]", value)))


@FORMATS.checks("semver")
def _semver(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", value))


@FORMATS.checks("regex", raises=re.error)
def _regex(value: object) -> bool:
    return not isinstance(value, str) or bool(re.compile(value))


# Reading.


class AsText(SafeConstructor):
    """Dates and times stay as they are written."""


AsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def read(text: str) -> Any:
    """YAML 1.2 to plain values."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = AsText
    return yaml.load(text)


def front(path: str) -> Any:
    """A document's front matter, or the whole of a YAML file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return read(text.split("\n---\n")[0].removeprefix("---\n") if path.endswith(".md") else text)


def blocks(path: str, word: str) -> dict[str, Any]:
    """The step or inject blocks of a document, by id, in the order of the file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found = [read(block) for block in re.findall(rf"^```{word}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
    return {block["id"]: block for block in found}


def merge(weak: Any, strong: Any) -> Any:
    """Maps key by key at every depth; everything else replaces."""
    if not (isinstance(weak, dict) and isinstance(strong, dict)):
        return strong
    return {key: merge(weak.get(key), strong.get(key, weak.get(key))) for key in {**weak, **strong}}


def effective(runbook: Any) -> Any:
    """A runbook with what the defaults add: the repository's, then the team's, then its own."""
    defaults = front("catalog/defaults.yaml")
    return merge(merge(defaults["repository"], defaults["teams"].get(runbook["owner"], {})), runbook)


RUNBOOK = "runbooks/fraud-accuracy-drop.md"
DRILL = "drills/fraud-accuracy-drop-tabletop.md"
INCIDENT = "incidents/2026-09-21-fraud-accuracy-drop/incident.md"
STEPS = blocks(RUNBOOK, "step")
INJECTS = blocks(DRILL, "inject")
DOCUMENTS = {
    "runbook": effective(front(RUNBOOK)),
    "drill": front(DRILL),
    "incident": front(INCIDENT),
    **{
        name: front(f"catalog/{name}.yaml")
        for name in ("defaults", "teams", "components", "environments", "clocks", "dictionary")
    },
}


def errors(value: object, *schemas: str) -> list[ValidationError]:
    """What jsonschema finds against the schemas with these names (``step``, ``step#/$defs/complete``)."""
    found = []
    for schema in schemas:
        name, _, fragment = schema.partition("#")
        address = f"{SCHEMAS[name]['$id']}#{fragment}"
        validator = Draft202012Validator({"$ref": address}, registry=REGISTRY, format_checker=FORMATS)
        found += list(validator.iter_errors(value))
    return found


def told(found: list[Any]) -> set[tuple[Place, str]]:
    """Where and by which keyword: an unknown key at itself, everything else where jsonschema puts it."""
    places: set[tuple[Place, str]] = set()
    for error in found:
        at = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            places |= {((*at, key), "additionalProperties") for key in error.instance if key not in known}
        elif error.validator == "required":
            missing = error.message.split("'")[1]
            places.add(((*at, missing), "required"))
        elif "propertyNames" in error.absolute_schema_path:
            places.add(((*at, str(error.instance)), str(error.validator)))
        else:
            places.add((at, str(error.validator)))
    return places


# The schemas by themselves.


def subschemas(schema: Schema, pointer: str = "", judged: bool = True) -> Iterator[tuple[str, Schema, bool]]:
    """Every schema inside a schema with its pointer, and whether its failure is something that a user reads."""
    yield pointer, schema, judged
    inner: list[tuple[str, object, bool]] = []
    for key, quiet in (("if", True), ("not", True), ("contains", True), ("then", False), ("else", False)):
        inner.append((key, schema.get(key), judged and not quiet))
    inner += [(key, schema.get(key), judged) for key in ("items", "propertyNames", "additionalProperties")]
    inner += [(f"anyOf/{at}", part, False) for at, part in enumerate(schema.get("anyOf", ()))]
    inner += [(f"allOf/{at}", part, judged) for at, part in enumerate(schema.get("allOf", ()))]
    for key in ("properties", "$defs"):
        inner += [(f"{key}/{name}", part, judged) for name, part in schema.get(key, {}).items()]
    for key, part, heard in inner:
        if isinstance(part, dict):
            yield from subschemas(part, f"{pointer}/{key}", heard)


EVERY = [
    (name, pointer, schema, judged) for name, root in SCHEMAS.items() for pointer, schema, judged in subschemas(root)
]
_BESIDE = re.compile(r"/\$defs/\w*[cC]omplete|/(if|then|else|not|allOf|anyOf)\b")
"""What only adds conditions to a shape that stands elsewhere."""


def resolve(base: str, reference: str) -> tuple[str, Schema]:
    """The schema that a ``$ref`` means, and the address of its file."""
    address, _, pointer = reference.partition("#")
    address = address or base
    schema: Any = BY_ID[address]
    for part in pointer.split("/")[1:]:
        schema = schema[part]
    return address, schema


def test_all_schemas_of_the_contract_are_there() -> None:
    documents = {"runbook", "step", "drill", "inject", "drill-record", "incident", "timeline-entry", "custody", "seal"}
    catalog = {"defaults", "teams", "components", "environments", "clocks", "dictionary"}
    assert set(SCHEMAS) == documents | catalog | {"common", "check", "report", "browser-log"}
    assert all(schema["$id"] == f"urn:drillbook:schema:{name}/1" for name, schema in SCHEMAS.items())


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["title"]
    assert SCHEMAS[name]["description"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_key_carries_the_name_and_version_of_the_schema(name: str) -> None:
    key = SCHEMAS[name].get("properties", {}).get("schema")
    without = ("common", "step", "inject", "timeline-entry", "custody", "report")
    assert (key is None) if name in without else key["const"] == f"{name}/1"


def of(name: str) -> list[tuple[str, Schema, bool]]:
    """The schemas inside a file."""
    return [each[1:] for each in EVERY if each[0] == name]


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_one_of_and_no_bare_boolean(name: str) -> None:
    for at, schema, _ in of(name):
        assert not {"oneOf", "unevaluatedProperties", "dependentRequired", "dependentSchemas"} & set(schema), at
        parts = [schema.get(key) for key in ("items", "not", "if", "then", "else", "contains", "propertyNames")]
        parts += [part for key in ("properties", "$defs") for part in schema.get(key, {}).values()]
        assert not any(isinstance(part, bool) for part in parts), at


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_contradiction_has_its_message(name: str) -> None:
    for at, schema, judged in of(name):
        if judged and {"not", "anyOf", "contains"} & set(schema):
            assert re.fullmatch(r'["a-z][^\n]*[^\n.]', schema.get("description", "")), at


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pattern_is_anchored_plain_and_told_in_words(name: str) -> None:
    for at, schema, judged in of(name):
        if judged and "pattern" in schema:
            assert re.fullmatch(r"\^.*\$", schema["pattern"]), at
            assert not re.search(r"\\[dDwWsSbB]|\(\?", schema["pattern"]), at
            assert schema["description"], at


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_resolves(name: str) -> None:
    for _, schema, _ in of(name):
        if "$ref" in schema:
            resolve(SCHEMAS[name]["$id"], schema["$ref"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_is_closed(name: str) -> None:
    for at, schema, _ in of(name):
        if "properties" in schema and not _BESIDE.search(at):
            rest = schema.get("additionalProperties")
            assert rest is False or (isinstance(rest, dict) and "propertyNames" in schema), at


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_has_title_and_description(name: str) -> None:
    for at, schema, _ in of(name):
        for key, part in schema.get("properties", {}).items() if not _BESIDE.search(at) else ():
            named = part if "title" in part or "$ref" not in part else resolve(SCHEMAS[name]["$id"], part["$ref"])[1]
            assert named.get("title"), f"{at}/properties/{key}"
            assert named.get("description", "").endswith("."), f"{at}/properties/{key}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_example_and_default_is_valid(name: str) -> None:
    for at, schema, _ in of(name):
        for example in [*schema.get("examples", ()), *([schema["default"]] if "default" in schema else [])]:
            assert told(errors(example, f"{name}#{at}")) == set(), at


def test_names_say_what_they_refer_to() -> None:
    kinds = {schema["x-refers-to"] for _, _, schema, _ in EVERY if "x-refers-to" in schema}
    assert kinds == {
        *("team", "role", "component", "environment", "source", "clock", "runbook", "drill", "signal", "step", "input")
    }


# The normative documents.


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_the_repository_satisfies_its_schema(name: str) -> None:
    assert told(errors(DOCUMENTS[name], name)) == set()


@pytest.mark.parametrize("name", STEPS)
def test_a_step_satisfies_both_tiers(name: str) -> None:
    assert told(errors(STEPS[name], "step", "step" + COMPLETE)) == set()


@pytest.mark.parametrize("name", INJECTS)
def test_an_inject_satisfies_both_tiers(name: str) -> None:
    assert told(errors(INJECTS[name], "inject", "inject" + COMPLETE)) == set()


def test_the_examples_hold_what_this_test_believes() -> None:
    assert len(STEPS) == 12
    assert len(INJECTS) == 4
    assert DOCUMENTS["runbook"]["owners"] == {"deputy": "ml-platform", "reviewers": ["sre", "ml-governance"]}
    assert DOCUMENTS["runbook"]["communication"]["channel"] == "#inc-fraud"
    assert DOCUMENTS["runbook"]["communication"]["update_every"] == "30m"
    assert DOCUMENTS["runbook"]["review"]["every"] == "90d"
    assert DOCUMENTS["incident"]["times"]["started"] == "2026-09-21T07:10:00Z"


def test_the_catalog_holds_what_the_examples_name() -> None:
    catalog = {name: set(DOCUMENTS[name][name]) for name in ("teams", "components", "environments", "clocks")}
    named = json.dumps([DOCUMENTS["runbook"], DOCUMENTS["drill"], DOCUMENTS["incident"]])
    kinds = "model|prompt|dataset|feature-view|index|service|vendor|gpu-pool|tool"
    assert set(re.findall(rf'"((?:{kinds})/[^"]*)"', named)) <= catalog["components"]
    assert {each["clock"] for each in DOCUMENTS["runbook"]["governance"]["clocks"]} <= catalog["clocks"]
    assert set(DOCUMENTS["runbook"]["environments"]) <= catalog["environments"]
    used = {"fraud-ml", "ml-platform", "data-engineering", "sre", "ml-governance", "product", "support", "risk"}
    assert used <= catalog["teams"]
    for component in DOCUMENTS["components"]["components"].values():
        assert component["owner"] in catalog["teams"]
        assert set(component.get("depends_on", ())) <= catalog["components"]
    commands = {str(step["run"]).split()[0] for step in STEPS.values() if "run" in step}
    assert {f"tool/{command}" for command in commands} <= catalog["components"]
    sources = {each["source"] for each in [*DOCUMENTS["runbook"]["signals"], *STEPS.values()] if "source" in each}
    for name in DOCUMENTS["runbook"]["environments"]:
        assert sources - {"people"} <= set(DOCUMENTS["environments"]["environments"][name]["sources"])
    for each in DOCUMENTS["runbook"]["components"]:
        current = DOCUMENTS["components"]["components"][each["ref"]]["interface"]
        assert each.get("validated_for", current) == current


# What must not pass. A row: what is edited, where, the new value (or DROP), and a finding that must be there.


class _Gone:
    def __repr__(self) -> str:
        return "gone"


DROP = _Gone()
ROWS = [  # the rows of CONTRACT.md's table that an active runbook needs
    *("id", "title", "summary", "version", "changelog", "owner", "owners", "roles", "authority", "communication"),
    *("escalation", "severity", "symptoms", "incident_types", "objectives", "components", "environments", "signals"),
    *("rollback", "evidence", "governance", "postmortem", "drills", "review"),
]
INSIDE = [  # and what the rows hold
    ("owners", "deputy"),
    ("owners", "reviewers"),
    ("roles", "incident_commander"),
    ("roles", "operations"),
    ("authority", "initiate"),
    ("authority", "approve", "reversible"),
    ("authority", "approve", "irreversible"),
    ("authority", "approve", "data_movement"),
    ("authority", "if_unreachable"),
    ("authority", "if_unreachable", "to"),
    ("communication", "channel"),
    ("communication", "bridge"),
    ("communication", "update_every"),
    ("communication", "stakeholders"),
    ("escalation", 0, "after"),
    ("escalation", 0, "to"),
    ("severity", "default"),
    ("severity", "raise"),
    ("severity", "raise", 0, "when"),
    ("look_alikes", 0, "tell_apart"),
    ("objectives", "detect"),
    ("objectives", "contain"),
    ("objectives", "mitigate"),
    ("objectives", "restore"),
    ("components", 0, "ref"),
    ("signals", 0, "id"),
    ("signals", 0, "title"),
    ("signals", 0, "source"),
    ("signals", 0, "query"),
    ("signals", 0, "unit"),
    ("signals", 0, "tier"),
    ("signals", 0, "fires"),
    ("signals", 0, "clears"),
    ("signals", 0, "leads_to"),
    ("signals", 0, "set_by"),
    ("signals", 0, "fires", "op"),
    ("signals", 0, "fires", "value"),
    ("signals", 0, "set_by", "because"),
    ("signals", 3, "leads_to"),
    ("rollback", "to"),
    ("rollback", "when"),
    ("rollback", "decide"),
    ("rollback", "decide", "by"),
    ("rollback", "decide", "within"),
    ("rollback", "steps"),
    ("rollback", "verify"),
    ("rollback", "verify", "all"),
    ("rollback", "verify", "hold"),
    ("rollback", "verify", "give_up_after"),
    ("rollback", "if_unavailable"),
    ("rollback", "if_inconclusive"),
    ("rollback", "if_failed"),
    ("evidence", 0, "what"),
    ("evidence", 0, "collect"),
    ("evidence", 0, "destroyed_by"),
    ("evidence", 0, "classification"),
    ("evidence", 0, "retain"),
    ("governance", "classification"),
    ("governance", "personal_data"),
    ("governance", "constraints"),
    ("governance", "clocks"),
    ("governance", "clocks", 0, "if"),
    ("postmortem", "required_for"),
    ("postmortem", "due"),
    ("postmortem", "participants"),
    ("postmortem", "share"),
    ("postmortem", "archive"),
    ("postmortem", "confirm_fix"),
    ("postmortem", "confirm_fix", "clear_for"),
    ("review", "every"),
    ("review", "last"),
    ("review", "by"),
    ("review", "confirmed"),
    ("changelog", 0, "version"),
    ("changelog", 0, "because"),
    ("changelog", 0, "changes"),
]
NEEDED: list[Place] = [(row,) for row in ROWS] + [tuple(place) for place in INSIDE]

LATCHED: dict[str, Any] = {
    "id": "leak",
    "title": "Secrets in answers",
    "source": "metrics",
    "query": "x",
    "unit": "count",
    "tier": "page",
}
LATCHED |= {"fires": {"op": "gte", "value": 1}, "latched": True, "cleared_by": "rotate", "leads_to": "rotate"}
LATCHED |= {"set_by": {"team": "sre", "date": "2026-11-01", "because": "One is too many"}}
GATE: dict[str, Any] = {
    "id": "scan",
    "title": "Findings of the scan",
    "source": "warehouse",
    "query": "SELECT 1",
    "unit": "count",
}
GATE |= {"tier": "gate", "clears": {"op": "eq", "value": 0}, "set_by": LATCHED["set_by"]}
FROM_SQL = GATE | {"tier": "page", "fires": {"op": "gt", "value": 3, "times": 3}, "leads_to": "rotate"}
NO_ROLLBACK = {"applicable": False, "reason": "The vendor serves one version only"}

SOUND: list[tuple[str, Place, object]] = [
    ("runbook", ("signals", 0), LATCHED),
    ("runbook", ("signals", 0), GATE),
    ("runbook", ("signals", 0), FROM_SQL),
    ("runbook", ("signals", 0, "fires"), {"op": "absent", "for": "10m"}),
    ("runbook", ("signals", 2, "clears", "for"), "1h30m"),
    ("runbook", ("signals", 3, "by"), "support"),
    ("runbook", ("rollback",), NO_ROLLBACK),
    ("runbook", ("rollback", "to", "model/fraud-scorer"), "2026-11-20.1"),
    ("runbook", ("status",), "retired"),
    ("runbook", ("governance", "clocks"), []),
    ("runbook", ("roles", "safety_officer"), "sre"),
    ("runbook", ("inputs",), [{"id": "bad_version", "title": "Which one?", "pattern": "[0-9.]+", "example": "3.1"}]),
    ("runbook", ("severity",), {"default": "sev1"}),
    ("runbook", ("drills", "live"), DROP),
    ("drill", ("status",), "draft"),
    ("incident", ("actions", 0, "proof"), "docs/proof.md"),
]

Edit = tuple[str, Place, object, Place, str]
BROKEN: list[Edit] = [
    # identity and texts
    ("runbook", ("schema",), "runbook/2", ("schema",), "const"),
    ("runbook", ("id",), "Fraud_Accuracy", ("id",), "pattern"),
    ("runbook", ("title",), "", ("title",), "minLength"),
    ("runbook", ("summary",), "x" * 281, ("summary",), "maxLength"),
    ("runbook", ("summary",), 5, ("summary",), "type"),
    ("runbook", ("version",), 2.1, ("version",), "type"),
    ("runbook", ("version",), "2.1", ("version",), "format"),
    ("runbook", ("status",), "live", ("status",), "enum"),
    ("runbook", ("status",), "deprecated", ("successor",), "required"),
    ("runbook", ("successor",), "other", ("successor",), "not"),
    ("runbook", ("last_drilled",), "2026-10-08", ("last_drilled",), "additionalProperties"),
    ("runbook", ("changelog",), [], ("changelog",), "minItems"),
    ("runbook", ("changelog", 0, "date"), "2026-13-01", ("changelog", 0, "date"), "format"),
    ("runbook", ("changelog", 0, "changes"), [], ("changelog", 0, "changes"), "minItems"),
    # people
    ("runbook", ("owner",), "owner", ("owner",), "not"),
    ("runbook", ("owner",), "jane.doe@example.com", ("owner",), "pattern"),
    ("runbook", ("owners", "reviewers"), ["sre"], ("owners", "reviewers"), "minItems"),
    ("runbook", ("owners", "reviewers"), ["sre", "sre"], ("owners", "reviewers"), "uniqueItems"),
    ("runbook", ("roles", "Incident-Commander"), "sre", ("roles", "Incident-Commander"), "pattern"),
    ("runbook", ("roles", "scribe"), "Jane Doe", ("roles", "scribe"), "pattern"),
    (
        "runbook",
        ("authority", "approve", "irreversible"),
        ["owner"],
        ("authority", "approve", "irreversible"),
        "minItems",
    ),
    ("runbook", ("authority", "approve", "reversible"), [], ("authority", "approve", "reversible"), "minItems"),
    ("runbook", ("authority", "approve", "all"), ["sre"], ("authority", "approve", "all"), "additionalProperties"),
    ("runbook", ("communication", "bridge"), "the usual one", ("communication", "bridge"), "pattern"),
    ("runbook", ("communication", "update_every"), "30 min", ("communication", "update_every"), "format"),
    ("runbook", ("escalation", 0, "unless"), "fixed", ("escalation", 0, "unless"), "enum"),
    ("runbook", ("escalation",), [], ("escalation",), "minItems"),
    ("runbook", ("escalation", 0, "after"), 30, ("escalation", 0, "after"), "type"),
    # what it is about
    ("runbook", ("severity", "default"), "SEV-2", ("severity", "default"), "enum"),
    ("runbook", ("severity", "raise"), [], ("severity", "raise"), "minItems"),
    ("runbook", ("symptoms",), [], ("symptoms",), "minItems"),
    ("runbook", ("incident_types", 0), "data drift", ("incident_types", 0), "pattern"),
    ("runbook", ("objectives", "contain"), "0m", ("objectives", "contain"), "format"),
    ("runbook", ("objectives", "contain"), "45m0s1h", ("objectives", "contain"), "format"),
    ("runbook", ("components", 0, "ref"), "fraud-scorer", ("components", 0, "ref"), "pattern"),
    ("runbook", ("components", 0, "validated_for"), 3, ("components", 0, "validated_for"), "type"),
    ("runbook", ("components",), [], ("components",), "minItems"),
    ("runbook", ("environments",), [], ("environments",), "minItems"),
    ("runbook", ("inputs",), [{"id": "stage"}], ("inputs", 0, "id"), "not"),
    ("runbook", ("inputs",), [{"id": "x", "pattern": "a(?=b)"}], ("inputs", 0, "pattern"), "not"),
    ("runbook", ("inputs",), [{"id": "x", "pattern": "(?<!a)b"}], ("inputs", 0, "pattern"), "not"),
    ("runbook", ("inputs",), [{"id": "x", "pattern": "a" * 201}], ("inputs", 0, "pattern"), "maxLength"),
    ("runbook", ("inputs",), [{"id": "x", "pattern": "(a"}], ("inputs", 0, "pattern"), "format"),
    ("runbook", ("inputs",), [{"id": "bad-version"}], ("inputs", 0, "id"), "pattern"),
    # signals
    ("runbook", ("signals",), [], ("signals",), "minItems"),
    ("runbook", ("signals", 0, "treshold"), 1, ("signals", 0, "treshold"), "additionalProperties"),
    ("runbook", ("signals", 0, "unit"), "pct", ("signals", 0, "unit"), "enum"),
    ("runbook", ("signals", 0, "tier"), "alarm", ("signals", 0, "tier"), "enum"),
    ("runbook", ("signals", 0, "alert"), "Fraud shift", ("signals", 0, "alert"), "pattern"),
    ("runbook", ("signals", 0, "no_data"), "error", ("signals", 0, "no_data"), "enum"),
    ("runbook", ("signals", 0, "fires", "op"), ">", ("signals", 0, "fires", "op"), "enum"),
    ("runbook", ("signals", 0, "fires", "value"), 0.04, ("signals", 0, "fires", "value"), "type"),
    ("runbook", ("signals", 0, "fires", "value"), [0.04], ("signals", 0, "fires", "value"), "minItems"),
    ("runbook", ("signals", 1, "fires", "value"), [-0.03, 1], ("signals", 1, "fires", "value"), "type"),
    ("runbook", ("signals", 1, "fires", "value"), "-0.03", ("signals", 1, "fires", "value"), "type"),
    ("runbook", ("signals", 1, "fires", "op"), "absent", ("signals", 1, "fires", "value"), "not"),
    ("runbook", ("signals", 0, "fires", "times"), 3, ("signals", 0, "fires", "times"), "not"),
    ("runbook", ("signals", 0, "fires", "for"), DROP, ("signals", 0, "fires"), "anyOf"),
    ("runbook", ("signals", 0, "fires", "for"), "0s", ("signals", 0, "fires", "for"), "format"),
    ("runbook", ("signals", 0, "fires", "min_samples"), 0, ("signals", 0, "fires", "min_samples"), "minimum"),
    ("runbook", ("signals", 2, "fires", "times"), 1, ("signals", 2, "fires", "times"), "minimum"),
    ("runbook", ("signals", 0, "unit"), "ratio", ("signals", 0, "fires", "value", 0), "minimum"),
    ("runbook", ("signals", 2), {**FROM_SQL, "unit": "ratio"}, ("signals", 2, "fires", "value"), "maximum"),
    ("runbook", ("signals", 2, "tier"), "gate", ("signals", 2, "fires"), "not"),
    ("runbook", ("signals", 1, "latched"), True, ("signals", 1, "cleared_by"), "required"),
    ("runbook", ("signals", 1, "latched"), True, ("signals", 1, "clears"), "not"),
    ("runbook", ("signals", 1, "cleared_by"), "rules-only", ("signals", 1, "cleared_by"), "not"),
    ("runbook", ("signals", 0), {**GATE, "latched": True}, ("signals", 0, "latched"), "not"),
    ("runbook", ("signals", 0), {**GATE, "clears": DROP}, ("signals", 0, "clears"), "required"),
    ("runbook", ("signals", 0, "source"), "people", ("signals", 0, "source"), "not"),
    ("runbook", ("signals", 3, "query"), "up", ("signals", 3, "query"), "not"),
    ("runbook", ("signals", 3, "tier"), "page", ("signals", 3, "tier"), "not"),
    ("runbook", ("signals", 0, "by"), "support", ("signals", 0, "by"), "not"),
    ("runbook", ("signals", 0, "leads_to"), "end", ("signals", 0, "leads_to"), "not"),
    ("runbook", ("signals", 1, "per"), [], ("signals", 1, "per"), "minItems"),
    ("runbook", ("signals", 1, "set_by", "date"), "last week", ("signals", 1, "set_by", "date"), "format"),
    # rollback, evidence, governance, what follows
    ("runbook", ("rollback", "applicable"), False, ("rollback", "reason"), "required"),
    ("runbook", ("rollback", "applicable"), False, ("rollback", "applicable"), "not"),
    ("runbook", ("rollback",), {**NO_ROLLBACK, "steps": ["rules-only"]}, ("rollback", "applicable"), "not"),
    ("runbook", ("rollback",), {"applicable": False}, ("rollback", "reason"), "required"),
    ("runbook", ("rollback", "reason"), "None", ("rollback", "reason"), "not"),
    ("runbook", ("rollback", "to"), {}, ("rollback", "to"), "minProperties"),
    ("runbook", ("rollback", "to", "fraud-scorer"), "previous_good", ("rollback", "to", "fraud-scorer"), "pattern"),
    ("runbook", ("rollback", "when", "all"), ["complaints"], ("rollback", "when", "all"), "not"),
    ("runbook", ("rollback", "when"), {}, ("rollback", "when"), "anyOf"),
    ("runbook", ("rollback", "steps"), [], ("rollback", "steps"), "minItems"),
    ("runbook", ("rollback", "verify", "any"), ["x"], ("rollback", "verify", "any"), "additionalProperties"),
    ("runbook", ("evidence",), [], ("evidence",), "minItems"),
    ("runbook", ("evidence", 0, "retain"), "two years", ("evidence", 0, "retain"), "format"),
    ("runbook", ("governance", "classification"), "secret", ("governance", "classification"), "enum"),
    ("runbook", ("governance", "personal_data"), True, ("governance", "personal_data"), "enum"),
    ("runbook", ("postmortem", "required_for"), [], ("postmortem", "required_for"), "minItems"),
    ("runbook", ("drills",), {}, ("drills",), "anyOf"),
    ("runbook", ("review", "confirmed"), ["thresholds", "schemas"], ("review", "confirmed"), "contains"),
    ("runbook", ("review", "last"), "2026-02-30", ("review", "last"), "format"),
    ("runbook", ("waivers",), [{"rule": "vague-verb"}], ("waivers", 0, "until"), "required"),
    # steps
    ("step:restore-bundle", ("id",), DROP, ("id",), "required"),
    ("step:restore-bundle", ("id",), "end", ("id",), "not"),
    ("step:restore-bundle", ("title",), DROP, ("title",), "required"),
    ("step:restore-bundle", ("command",), "x", ("command",), "additionalProperties"),
    ("step:restore-bundle", ("run",), DROP, (), "anyOf"),
    ("step:restore-bundle", ("do",), "Restore it", ("do",), "not"),
    ("step:restore-bundle", ("within",), DROP, ("within",), "required"),
    ("step:restore-bundle", ("expect",), DROP, ("expect",), "required"),
    ("step:restore-bundle", ("if_not",), DROP, ("if_not",), "required"),
    ("step:restore-bundle", ("undo",), DROP, ("undo",), "required"),
    ("step:restore-bundle", ("changes",), "yes", ("changes",), "enum"),
    ("step:restore-bundle", ("within",), "fifteen minutes", ("within",), "format"),
    ("step:restore-bundle", ("if_not",), "end", ("if_not",), "not"),
    ("step:restore-bundle", ("outcome",), "restored", ("outcome",), "not"),
    ("step:restore-bundle", ("then",), "end", ("outcome",), "required"),
    ("step:restore-bundle", ("at_most",), 1, ("at_most",), "minimum"),
    ("step:restore-bundle", ("at_most",), 11, ("at_most",), "maximum"),
    ("step:restore-bundle", ("auto",), True, ("auto",), "enum"),
    ("step:restore-bundle", ("answers",), {"yes": "end"}, ("answers",), "not"),
    ("step:restore-bundle", ("is",), "fires", ("is",), "not"),
    ("step:restore-bundle", ("source",), "warehouse", ("source",), "not"),
    ("step:restore-bundle", ("only_if",), {"attribute": "criticality"}, ("only_if", "attribute"), "not"),
    ("step:restore-bundle", ("only_if",), {}, ("only_if",), "minProperties"),
    ("step:restore-bundle", ("only_if",), {"component": "model/x"}, ("only_if", "is"), "required"),
    ("step:page-risk", ("outcome",), "solved", ("outcome",), "enum"),
    ("step:page-risk", ("outcome",), DROP, ("outcome",), "required"),
    ("step:page-risk", ("then",), DROP, ("outcome",), "not"),
    ("step:was-traffic-taken", ("then",), "return-traffic", ("then",), "not"),
    ("step:was-traffic-taken", ("answers",), DROP, ("answers",), "required"),
    ("step:was-traffic-taken", ("answers", "full"), DROP, ("answers",), "minProperties"),
    ("step:was-traffic-taken", ("answers", "Not sure"), "rules-only", ("answers", "Not sure"), "pattern"),
    ("step:which-feature", ("source",), DROP, ("source",), "required"),
    ("step:which-feature", ("passes",), {"op": "lt"}, ("passes", "value"), "required"),
    ("step:which-feature", ("passes",), {"op": "between", "value": 1}, ("passes", "value"), "type"),
    ("step:return-traffic", ("hold",), DROP, ("hold",), "required"),
    ("step:return-traffic", ("ramp",), [10, 50, 101], ("ramp", 2), "maximum"),
    ("step:return-traffic", ("ramp",), ["10%"], ("ramp", 0), "type"),
    # drill and injects
    ("drill", ("mode",), "live", ("abort_when",), "required"),
    ("drill", ("mode",), "live", ("blast_radius",), "required"),
    ("drill", ("mode",), "live", ("undo",), "required"),
    ("drill", ("mode",), "live", ("roles", "safety_officer"), "required"),
    ("drill", ("mode",), "paper", ("mode",), "enum"),
    ("drill", ("abort_when",), ["Smoke"], ("abort_when",), "not"),
    ("drill", ("status",), "deprecated", ("status",), "enum"),
    ("drill", ("runbook",), DROP, ("runbook",), "required"),
    ("drill", ("environment",), DROP, ("environment",), "required"),
    ("drill", ("schedule", "every"), DROP, ("schedule", "every"), "required"),
    ("drill", ("roles", "players"), [], ("roles", "players"), "minItems"),
    ("drill", ("roles", "evaluator"), DROP, ("roles", "evaluator"), "required"),
    ("drill", ("objectives",), [], ("objectives",), "minItems"),
    ("drill", ("objectives", 0, "step"), DROP, ("objectives", 0, "step"), "required"),
    ("drill", ("objectives", 0, "within"), DROP, ("objectives", 0, "within"), "required"),
    ("drill", ("duration",), "0m", ("duration",), "format"),
    ("inject:page", ("at",), DROP, ("at",), "required"),
    ("inject:page", ("at",), "soon", ("at",), "format"),
    ("inject:page", ("expect",), [], ("expect",), "minItems"),
    ("inject:page", ("says",), DROP, ("says",), "required"),
    ("inject:page", ("run",), "tc qdisc add", ("undo",), "required"),
    ("inject:page", ("undo",), "tc qdisc del", ("undo",), "not"),
    ("inject:page", ("answer",), "x", ("answer",), "additionalProperties"),
    # incident
    ("incident", ("id",), "fraud", ("id",), "pattern"),
    ("incident", ("times", "started"), "2026-09-21 07:10", ("times", "started"), "format"),
    ("incident", ("times", "started"), "2026-09-21T07:10:00+02:00", ("times", "started"), "format"),
    ("incident", ("times", "detected"), DROP, ("times", "detected"), "required"),
    ("incident", ("times", "started"), DROP, ("times", "started"), "required"),
    ("incident", ("times", "restored"), DROP, ("times", "restored"), "required"),
    ("incident", ("times", "closed"), DROP, ("times", "closed"), "required"),
    ("incident", ("cause",), DROP, ("cause",), "required"),
    ("incident", ("cause", "fingerprint"), DROP, ("cause", "fingerprint"), "required"),
    ("incident", ("participants",), DROP, ("participants",), "required"),
    ("incident", ("status",), "confirmed", ("status",), "enum"),
    ("incident", ("runbooks", 0, "commit"), "HEAD", ("runbooks", 0, "commit"), "pattern"),
    ("incident", ("runbooks", 0, "version"), DROP, ("runbooks", 0, "version"), "required"),
    ("incident", ("actions", 0, "owner"), DROP, ("actions", 0, "owner"), "required"),
    ("incident", ("actions", 0, "due"), DROP, ("actions", 0, "due"), "required"),
    ("incident", ("actions", 0, "measure"), DROP, ("actions", 0, "measure"), "required"),
    ("incident", ("actions", 0, "backlog"), DROP, ("actions", 0, "backlog"), "required"),
    ("incident", ("actions", 0, "type"), "improve", ("actions", 0, "type"), "enum"),
    ("incident", ("actions", 0, "proof"), DROP, ("actions", 0, "proof"), "required"),
    ("incident", ("clocks", 0, "applies"), True, ("clocks", 0, "started"), "required"),
    ("incident", ("clocks", 0, "because"), DROP, ("clocks", 0, "because"), "required"),
    (
        "incident",
        ("clocks", 0, "intact and available"),
        None,
        ("clocks", 0, "intact and available"),
        "additionalProperties",
    ),
    # catalog
    ("defaults", ("repository", "signals"), [], ("repository", "signals"), "additionalProperties"),
    (
        "defaults",
        ("repository", "review", "last"),
        "2026-10-12",
        ("repository", "review", "last"),
        "additionalProperties",
    ),
    (
        "defaults",
        ("repository", "communication", "update_every"),
        "soon",
        ("repository", "communication", "update_every"),
        "format",
    ),
    ("teams", ("teams", "owner"), {}, ("teams", "owner"), "not"),
    ("teams", ("teams", "sre", "functions"), ["heroes"], ("teams", "sre", "functions", 0), "enum"),
    ("components", ("components", "robot/r2"), {}, ("components", "robot/r2"), "pattern"),
    ("components", ("components", "tool/flagctl", "what"), DROP, ("components", "tool/flagctl", "what"), "required"),
    ("environments", ("environments", "prod", "allow"), "some", ("environments", "prod", "allow"), "enum"),
    (
        "environments",
        ("environments", "prod", "variables"),
        {"stage": "1"},
        ("environments", "prod", "variables", "stage"),
        "not",
    ),
    (
        "environments",
        ("environments", "prod", "sources", "metrics", "url"),
        "http://me:secret@metrics.example.com",
        ("environments", "prod", "sources", "metrics", "url"),
        "pattern",
    ),
    (
        "environments",
        ("environments", "prod", "sources", "people"),
        {},
        ("environments", "prod", "sources", "people"),
        "not",
    ),
    ("clocks", ("clocks", "gdpr-33", "verified"), "recently", ("clocks", "gdpr-33", "verified"), "anyOf"),
    ("clocks", ("clocks", "gdpr-33", "starts_at"), "noticed", ("clocks", "gdpr-33", "starts_at"), "enum"),
    ("clocks", ("clocks", "gdpr-33", "within"), "72h", ("clocks", "gdpr-33", "within"), "type"),
    ("dictionary", ("metrics", "a-b"), {}, ("metrics", "a-b"), "pattern"),
    ("dictionary", (*METRIC, "type"), "summary", (*METRIC, "type"), "enum"),
    ("dictionary", (*METRIC, "unit"), "furlongs", (*METRIC, "unit"), "enum"),
    ("dictionary", (*METRIC, "by"), "scoring-api", (*METRIC, "by"), "pattern"),
    ("dictionary", (*METRIC, "what"), DROP, (*METRIC, "what"), "required"),
    ("dictionary", (*METRIC, "labels"), {"a-b": "x"}, (*METRIC, "labels", "a-b"), "pattern"),
    ("dictionary", (*TABLE, "source"), "people", (*TABLE, "source"), "not"),
    ("dictionary", (*TABLE, "columns"), {}, (*TABLE, "columns"), "minProperties"),
    ("dictionary", (*TABLE, "columns", "psi", "type"), "float;", (*TABLE, "columns", "psi", "type"), "pattern"),
    ("dictionary", (*TABLE, "columns", "psi", "what"), DROP, (*TABLE, "columns", "psi", "what"), "required"),
]


def edited(value: Any, place: Place, new: object) -> Any:
    """A copy with another value at a place, or without what is there."""
    value = copy.deepcopy(value)
    holder = value
    for part in place[:-1]:
        holder = holder[part]
    if new is DROP:
        del holder[place[-1]]
    else:
        holder[place[-1]] = new
    if isinstance(new, dict):
        holder[place[-1]] = {key: part for key, part in new.items() if part is not DROP}
    return value


def judge(what: str, place: Place = (), new: object = None) -> list[ValidationError]:
    """The errors in a document, step or inject once it is edited."""
    kind, _, name = what.partition(":")
    if name:
        block = (STEPS if kind == "step" else INJECTS)[name]
        return errors(edited(block, place, new), kind, kind + COMPLETE)
    return errors(edited(DOCUMENTS[kind], place, new), kind)


def called(edit: tuple[Any, ...]) -> str:
    """A short name for a row of a table."""
    return "{}: {} = {}".format(edit[0], ".".join(map(str, edit[1])), "gone" if edit[2] is DROP else str(edit[2])[:30])


@pytest.mark.parametrize("place", NEEDED, ids=lambda place: ".".join(map(str, place)))
def test_an_active_runbook_misses_what_it_needs(place: Place) -> None:
    assert told(judge("runbook", place, DROP)) == {(place, "required")}


@pytest.mark.parametrize("edit", SOUND, ids=called)
def test_what_the_contract_allows_passes(edit: tuple[str, Place, object]) -> None:
    assert told(judge(*edit)) == set()


@pytest.mark.parametrize("edit", BROKEN, ids=called)
def test_what_breaks_a_sentence_of_the_contract_is_found(edit: Edit) -> None:
    what, place, new, at, keyword = edit
    found = judge(what, place, new)
    assert (at, keyword) in told(found)
    for error in found:
        if error.validator in ("not", "anyOf", "contains"):
            words = error.schema.get("description") if isinstance(error.schema, dict) else None
            assert words, "a message for the reader"


def test_an_incident_tells_what_each_state_needs() -> None:
    incident = DOCUMENTS["incident"]
    keys = ("schema", "id", "name", "severity", "components", "classification", "runbooks")
    bare = {key: incident[key] for key in keys}
    for status in ("open", "contained", "mitigated", "restored"):
        value = {**bare, "status": status, "times": {"detected": "2026-09-21T07:52:00Z"}}
        expected: set[tuple[Place, str]] = {(("next_milestone",), "required")}
        expected |= {(("times", status), "required")} if status != "open" else set()
        assert told(errors(value, "incident")) == expected


def test_what_is_absent_never_fails_a_draft() -> None:
    active = DOCUMENTS["runbook"]
    keys = ("schema", "id", "title", "summary", "version", "status", "owner", "changelog")
    draft = {key: active[key] for key in keys} | {"status": "draft", "changelog": [{"version": "0.1.0"}]}
    assert told(errors(draft, "runbook")) == set()
    for key in keys:
        assert ((key,), "required") in told(errors({k: draft[k] for k in keys if k != key}, "runbook"))
    skeleton = draft | {"signals": [{"id": "one"}], "rollback": {}, "evidence": [{"id": "two"}], "governance": {}}
    assert told(errors(skeleton, "runbook")) == set()
    assert told(errors({"id": "look", "title": "Look at it"}, "step")) == set()


def test_what_is_there_is_checked_in_a_draft_too() -> None:
    draft = {**DOCUMENTS["runbook"], "status": "draft"}
    for what, place, new, at, keyword in BROKEN:
        if what == "runbook" and keyword in ("additionalProperties", "enum", "pattern", "format", "type", "not"):
            assert place == ("status",) or (at, keyword) in told(errors(edited(draft, place, new), "runbook"))


ENTRY = {
    "at": "2026-09-21T07:52:00Z",
    "recorded_at": "2026-09-21T07:53:00Z",
    "text": "It fell",
    "by": "sre",
    "prev": "0" * 64,
}
DECISION = ENTRY | {"kind": "decision", "choice": "Roll back", "because": "It helps", "authority": "sre"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (ENTRY | {"kind": "fact"}, set()),
        (ENTRY | {"kind": "milestone", "milestone": "contained"}, set()),
        (DECISION, set()),
        (ENTRY | {"kind": "correction", "corrects": "f" * 64}, set()),
        (ENTRY | {"kind": "milestone"}, {(("milestone",), "required")}),
        (ENTRY | {"kind": "correction"}, {(("corrects",), "required")}),
        (ENTRY | {"kind": "rumour"}, {(("kind",), "enum")}),
        (DECISION | {"kind": "fact"}, {((key,), "not") for key in ("choice", "because", "authority")}),
        (ENTRY | {"kind": "fact", "prev": "0" * 63}, {(("prev",), "pattern")}),
        (ENTRY | {"kind": "fact", "at": "2026-09-21T07:52:00"}, {(("at",), "format")}),
        (ENTRY | {"kind": "fact", "who": "Jane"}, {(("who",), "additionalProperties")}),
        (ENTRY | {"kind": "action", "step": "restore-bundle"}, {(("runbook",), "required")}),
        (ENTRY | {"kind": "action", "progress": "done"}, {(("step",), "required")}),
    ],
    ids=str,
)
def test_a_timeline_entry(entry: object, expected: set[tuple[Place, str]]) -> None:
    assert told(errors(entry, "timeline-entry")) == expected


RECORD = read(
    """
schema: drill-record/1
id: 2026-10-08-fraud-accuracy-drop-tabletop
drill: {id: fraud-accuracy-drop-tabletop, version: "1.0.0"}
runbook: {id: fraud-accuracy-drop, version: "1.4.0", commit: "3f9c2d1"}
environment: staging
started: 2026-10-08T09:00:00Z
ended: 2026-10-08T10:20:00Z
journal: {entries: 42, tip: "%s"}
participants: [fraud-ml, sre]
objectives:
  - {id: evidence-first, rating: P, took: 17m}
  - {id: contained, rating: U}
gaps:
  - {kind: wrong, step: roll-back-model, what: It left the feature view alone, action: name-the-view}
actions: []
"""
    % ("a" * 64)
)


@pytest.mark.parametrize(
    ("place", "new", "at", "keyword"),
    [
        (("journal",), DROP, ("journal",), "required"),
        (("objectives", 0, "rating"), DROP, ("objectives", 0, "rating"), "required"),
        (("objectives", 0, "rating"), "A", ("objectives", 0, "rating"), "enum"),
        (("objectives", 0, "took"), DROP, ("objectives", 0, "took"), "required"),
        (("gaps", 0, "kind"), "odd", ("gaps", 0, "kind"), "enum"),
        (("gaps",), DROP, ("gaps",), "required"),
        (("last_drilled",), "2026-10-08", ("last_drilled",), "additionalProperties"),
    ],
    ids=str,
)
def test_a_drill_record(place: Place, new: object, at: Place, keyword: str) -> None:
    assert told(errors(RECORD, "drill-record")) == set()
    assert (at, keyword) in told(errors(edited(RECORD, place, new), "drill-record"))

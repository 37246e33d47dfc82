"""How long ``drillbook lint`` takes, beside other checkers of the same files, as ratios of one run. Prints a table.

Every other checker goes into an environment of its own below ``.cache/bench`` and sees the front matter only; drillbook reads
whole documents and checks far more. Times are CPU seconds (user and system) of the process and its children, memory is the peak.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
EXAMPLE = "fraud-accuracy-drop"
OTHERS_AT = 1000
_SHORT = 5
"""So often what takes no time is measured."""


@dataclass(frozen=True)
class Run:
    """One measured command: seconds of CPU, seconds on the clock, mebibytes at the peak, and how it ended."""

    name: str
    files: int
    cpu: float
    wall: float
    memory: float
    status: int


def repository(folder: Path, count: int) -> Path:
    """A repository of ``count`` runbooks like the example, with this one's catalog.

    Each has queries, commands, titles and alerts of its own: what is remembered of one text must not help with the next.
    """
    shutil.copytree(ROOT / "catalog", folder / "catalog")
    (folder / "runbooks").mkdir()
    text = (ROOT / "runbooks" / f"{EXAMPLE}.md").read_text(encoding="utf-8")
    text = re.sub(r", runbook: [a-z-]+\}", "}", text)  # the others are not there
    for number in range(count):
        name = f"{EXAMPLE}-{number:05d}"
        (folder / "runbooks" / f"{name}.md").write_text(_own(text, name, f"{number:05d}"), encoding="utf-8")
    return folder


def _own(text: str, name: str, number: str) -> str:
    """The example as another runbook: names that the catalog lists stay, all others are new."""
    text = text.replace(f"id: {EXAMPLE}\n", f"id: {name}\n", 1)
    text = re.sub(r"(?<!/)\bfraud-scorer\b", f"fraud-scorer-{number}", text)  # in each query, some commands
    text = re.sub(r"\bfraud\.(?=\w)", f"fraud{number}.", text)  # in the other commands, and what they print
    return re.sub(
        r"(?m)^( *(?:- )?(?:title|do|expect|blast_radius): .*?)\.?$", rf"\g<1> {number}", _alerts(text, number)
    )


def _alerts(text: str, number: str) -> str:
    return re.sub(r"(?m)^(    alert: \w+)$", rf"\g<1>{number}", text)


def measured(name: str, files: int, command: list[str], cwd: Path) -> Run:
    """Run a command once and say what it took. Python may keep what it compiled, as it does wherever it was installed."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    return Run(
        name, files, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)
    )


def _least(runs: Iterable[Run]) -> Run:
    """Of several runs of one command the cheapest: the others waited for something else."""
    return min(runs, key=lambda run: run.cpu)


def environment(name: str, *packages: str) -> Path:
    """The programs of a virtual environment of its own."""
    folder = CACHE / name
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *packages]
        subprocess.run(pip, check=True)
        (folder / "ready").touch()
    return folder / "bin"


def node(*packages: str) -> Path | None:
    """The programs of npm packages, or None where there is no npm."""
    folder = CACHE / "node"
    if shutil.which("npm") is None:
        return None
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], cwd=folder, check=True)
    return folder / "node_modules" / ".bin"


def flat_schema() -> dict[str, object]:
    """The runbook's schema as one file that other checkers can read: shape only, formats of ours left aside."""
    from drillbook import resources

    common, runbook = (json.dumps(resources.schemas()[name]) for name in ("common", "runbook"))
    schema = json.loads(runbook.replace("urn:drillbook:schema:common/1#/$defs/", "#/$defs/"))
    schema["$defs"].update(json.loads(common)["$defs"])
    schema.pop("$schema")  # remark's validator knows no draft 2020-12; nothing left in the schema needs it
    schema.pop("allOf")  # what an active runbook needs stands partly in the defaults, which the others do not merge
    schema["$id"] = "https://drillbook.example.com/runbook.json"
    return _without_formats(schema)  # type: ignore[no-any-return]


def _without_formats(value: object) -> object:
    if isinstance(value, dict):
        ours = {"format", "x-refers-to", "x-except"}
        return {key: _without_formats(each) for key, each in value.items() if key not in ours or isinstance(each, dict)}
    return [_without_formats(each) for each in value] if isinstance(value, list) else value


def extracted(folder: Path) -> None:
    """The front matter of each runbook as YAML and as JSON, for checkers that read no Markdown."""
    from drillbook import files

    for name in ("yaml", "json"):
        (folder / name).mkdir()
    (folder / "schema.json").write_text(json.dumps(flat_schema()))
    for document in files.load(folder).of("runbook"):
        matter = document.text[4 : document.body_at].rsplit("---", 1)[0]
        (folder / "yaml" / f"{document.id}.yaml").write_text(matter)
        (folder / "json" / f"{document.id}.json").write_text(json.dumps(document.front))


def others(folder: Path, count: int) -> Iterator[Run]:
    """The other checkers over the same documents."""
    # in a process of its own: what this one has loaded would count as the peak of every child
    subprocess.run([sys.executable, __file__, str(folder)], check=True)
    yamls = sorted(str(path) for path in (folder / "yaml").iterdir())
    for name, packages in (
        ("check-jsonschema", ["check-jsonschema"]),
        ("check-jsonschema, C parser", ["check-jsonschema", "ruamel.yaml.clib"]),
    ):
        program = environment(name.replace(", ", "-").replace(" ", "-"), *packages) / "check-jsonschema"
        yield measured(name, count, [str(program), "--schemafile", "schema.json", *yamls], folder)
    yamllint = environment("yamllint", "yamllint") / "yamllint"
    yield measured("yamllint", count, [str(yamllint), "-d", "relaxed", "yaml"], folder)
    programs = node("ajv-cli@5", "remark-cli@12", "remark-frontmatter@5", "remark-lint-frontmatter-schema@3")
    if programs is None:
        print("no npm here: ajv-cli and remark are left out", file=sys.stderr)
        return
    ajv = [
        str(programs / "ajv"),
        "validate",
        "--spec=draft2020",
        "--strict=false",
        "-s",
        "schema.json",
        "-d",
        "json/*.json",
    ]
    yield measured("ajv-cli", count, ajv, folder)
    plugins = [
        "remark-frontmatter",
        ["remark-lint-frontmatter-schema", {"schemas": {"./schema.json": ["./runbooks/*.md"]}}],
    ]
    (folder / ".remarkrc.json").write_text(json.dumps({"plugins": plugins}))
    (folder / "node_modules").symlink_to(programs.parent)
    yield measured(
        "remark + frontmatter-schema", count, [str(programs / "remark"), "--quiet", "--frail", "runbooks"], folder
    )


def main() -> None:
    """Print the table."""
    drillbook = [str(Path(sys.executable).parent / "drillbook"), "lint", "--as-of", "2026-11-22"]
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as place:
        for count in (1, 20, 1000, 10_000):
            folder = repository(Path(place) / str(count), count)
            if count == 20:
                one = [*drillbook, f"runbooks/{EXAMPLE}-00007.md"]
                runs.append(_least(measured("drillbook, one file of 20", 1, one, folder) for _ in range(_SHORT)))
                continue
            runs.append(
                _least(measured("drillbook", count, drillbook, folder) for _ in range(_SHORT if count < 20 else 1))
            )
            if count == OTHERS_AT:
                runs += others(folder, count)
    base = next(run.cpu for run in runs if run.name == "check-jsonschema")
    print(f"{'checker':<30}{'files':>7}{'CPU s':>9}{'wall s':>9}{'MB':>7}{'CPU':>22}  exit")
    for run in runs:
        share = f"{run.cpu / base:.3f} of check-jsonschema" if run.files == OTHERS_AT else ""
        print(f"{run.name:<30}{run.files:>7}{run.cpu:>9.2f}{run.wall:>9.2f}{run.memory:>7.0f}{share:>27}  {run.status}")
    small, large = (next(run.cpu for run in runs if (run.name, run.files) == ("drillbook", n)) for n in (1000, 10_000))
    print(f"growth from 1,000 to 10,000 files: {large / small:.1f} times")


if __name__ == "__main__":
    extracted(Path(sys.argv[1])) if len(sys.argv) > 1 else main()

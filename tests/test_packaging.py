"""The checkout -> an sdist, a wheel from it, and the command as it is for whoever has only that."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import drillbook

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "linter" / "drillbook"
AS_OF = "2026-11-22"


def requirements() -> Iterator[str]:
    """The logical lines of requirements-dev.txt, comments left out."""
    text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    return (line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_the_lock_names_no_address() -> None:
    text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert [line for line in requirements() if line.startswith("-") or " @ " in line] == []


def test_everything_in_the_lock_is_pinned_and_hashed() -> None:
    shape = re.compile(r"[a-z0-9-]+==[^\s;]+( ; [^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")
    assert [line[:60] for line in requirements() if not shape.fullmatch(line)] == []


def test_the_lock_covers_what_the_project_asks_for() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *config["project"]["dependencies"],
        *config["project"]["optional-dependencies"]["site"],
        *config["dependency-groups"]["dev"],
    ]
    assert {canonical(line) for line in asked} <= {canonical(line) for line in requirements()}


def test_the_entry_points_lead_somewhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for target in (project["scripts"]["drillbook"], project["entry-points"]["mkdocs.plugins"]["drillbook"]):
        module, _, name = target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


def run(*command: str | Path, cwd: Path, env: dict[str, str], expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == expect, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from the sdist as a registry's users would make it."""
    out = tmp_path_factory.mktemp("dist")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out, env=env)
    [made] = out.glob("*.whl")
    return made


@dataclass(frozen=True)
class Installed:
    """A virtual environment that holds the wheel, and a place to work in that is not the checkout."""

    bin: Path
    work: Path

    def drillbook(self, *arguments: str | Path, cwd: Path | None = None, expect: int = 0) -> str:
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.work), "LANG": "C.UTF-8"}
        done = run(self.bin / "drillbook", *arguments, cwd=cwd or self.work, env=env, expect=expect)
        assert done.stderr == ""
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("elsewhere")
    constraints = place / "constraints.txt"
    constraints.write_text("".join(f"{line.split(' --hash', 1)[0].strip()}\n" for line in requirements()))
    venv.create(place / "venv", with_pip=True)
    bin_ = place / "venv" / "bin"
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    pip = (bin_ / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--constraint", constraints, wheel, cwd=place, env=env)
    (place / "pip").write_text("\n".join(map(str, pip)))
    work = place / "work"
    work.mkdir()
    return Installed(bin_, work)


@pytest.fixture
def repository(installed: Installed) -> Iterator[Path]:
    """A repository with this one's runbooks and catalog, and nothing else of it."""
    place = installed.work / "repository"
    for folder in ("runbooks", "catalog"):
        shutil.copytree(ROOT / folder, place / folder)
    yield place
    shutil.rmtree(place)


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        info = f"drillbook-{drillbook.__version__}.dist-info/"
        points = archive.read(f"{info}entry_points.txt").decode()
    package = {name for name in names if not name.startswith(info)}
    sources = {
        f"drillbook/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    schemas = {f"drillbook/schema/{path.name}" for path in (ROOT / "schema").glob("*.json")}
    assert schemas
    assert package == sources | schemas
    assert "drillbook/py.typed" in package
    assert f"{info}licenses/LICENSE" in names
    assert "drillbook = drillbook.cli:main" in points
    assert "drillbook = drillbook.site.plugin:DrillbookPlugin" in points


@pytest.mark.slow
def test_every_rule_is_in_the_wheel_with_its_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    rules = [folder.name for folder in (PACKAGE / "rules").iterdir() if (folder / "__init__.py").is_file()]
    assert rules
    for rule in rules:
        inside = {name.removeprefix(f"drillbook/rules/{rule}/").split("/")[0] for name in names}
        assert {"__init__.py", "README.md"} <= inside
        assert {"good.md", "bad.md", "bad.txt"} <= inside or {"good", "bad"} <= inside, rule


@pytest.mark.slow
def test_the_command_runs_from_the_wheel_alone(installed: Installed) -> None:
    env = {"PATH": "/usr/bin:/bin"}
    where = run(
        installed.bin / "python",
        "-c",
        "import drillbook; print(drillbook.__file__)",
        cwd=installed.work,
        env=env,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed.bin.parent)
    assert drillbook.__version__ in installed.drillbook("--version")


@pytest.mark.slow
def test_the_installed_command_knows_every_rule_and_schema(installed: Installed) -> None:
    listed = installed.drillbook("rules")
    for folder in (PACKAGE / "rules").iterdir():
        if (folder / "__init__.py").is_file():
            assert folder.name.replace("_", "-") in listed
    schema = json.loads(installed.drillbook("schema", "runbook"))
    assert schema["$id"] == "urn:drillbook:schema:runbook/1"


@pytest.mark.slow
def test_the_installed_linter_passes_a_good_repository(installed: Installed, repository: Path) -> None:
    installed.drillbook("lint", "--as-of", AS_OF, cwd=repository)


@pytest.mark.slow
def test_the_installed_linter_names_the_line_that_was_broken(installed: Installed, repository: Path) -> None:
    runbook = repository / "runbooks" / "fraud-accuracy-drop.md"
    lines = runbook.read_text(encoding="utf-8").splitlines(keepends=True)
    number = next(index for index, line in enumerate(lines) if line.startswith("status:"))
    lines[number] = "status: actve\n"
    runbook.write_text("".join(lines), encoding="utf-8")
    output = installed.drillbook("lint", "--as-of", AS_OF, cwd=repository, expect=1)
    assert f"runbooks/fraud-accuracy-drop.md:{number + 1}:" in output
    assert "actve" in output


@pytest.mark.slow
def test_a_new_repository_lints_and_builds_from_the_wheel_alone(installed: Installed, wheel: Path) -> None:
    new = installed.work / "new"
    installed.drillbook("init", new, "--as-of", AS_OF)
    assert "Nothing found" in installed.drillbook("lint", "--strict", "--as-of", AS_OF, cwd=new)
    place = installed.work.parent
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    pip = (place / "pip").read_text().splitlines()
    run(*pip, "--constraint", place / "constraints.txt", f"{wheel}[site]", cwd=place, env=env)
    run(installed.bin / "mkdocs", "build", "--strict", cwd=new, env={**env, "NO_MKDOCS_2_WARNING": "1", "CI": "true"})
    assert "What are you seeing" in (new / "site" / "index.html").read_text(encoding="utf-8")

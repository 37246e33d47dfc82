"""Linting and building read nothing outside of the repository but the installation, start no program and ask no host.

The documents do their best: links, includes and pictures that lead out, templates, snippets, entities, rule files in odd places.
"""

from __future__ import annotations

import os
import re
import shutil
import site
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import drillbook

ROOT = Path(__file__).parent.parent
WATCH = Path(__file__).parent / "outside.py"
SECRET = "the-words-that-nobody-may-read"  # noqa: S105
HOSTILE = """
![x](/etc/passwd) ![x](../../../outside/secret.md) [x](file:///etc/passwd) <img src="file:///etc/passwd">

--8<-- "/etc/passwd"
--8<-- "../outside/secret.md"
;--8<--
../outside/secret.md
;--8<--

{% include "../outside/secret.md" %} {{ include_file("/etc/passwd") }} {!../outside/secret.md!}

.. include:: /etc/passwd

<!--#include file="/etc/passwd"--> <!ENTITY x SYSTEM "file:///etc/passwd"> &x; $(touch OUT/ran) `touch OUT/ran`

[x]: ../../../outside/secret.md
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """This repository's content beside a place that nobody may look into, with documents that lead there."""
    folder, outside = tmp_path / "repository", tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(f"---\nid: secret\n---\n# {SECRET}\n")
    (outside / "rules.yaml").write_text(
        f"groups: [{{name: a, rules: [{{alert: {SECRET.replace('-', '_')}, expr: up}}]}}]\n"
    )
    for name in ("runbooks", "drills", "incidents", "catalog", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    text = HOSTILE.replace("OUT", str(outside))
    for file in ("runbooks/fraud-accuracy-drop.md", "docs/about.md", "drills/fraud-accuracy-drop-tabletop.md"):
        with (folder / file).open("a", encoding="utf-8") as target:
            target.write(text)
    (folder / "rules.yaml").write_text(
        "groups: [{name: a, rules: [{alert: A, expr: up, annotations: {runbook_url: 'file:///etc/passwd'}}]}]\n"
    )
    return folder


def links_out(folder: Path) -> None:
    """Links in every place at which something is read."""
    outside = folder.parent / "outside"
    (folder / "runbooks" / "secret.md").symlink_to(outside / "secret.md")
    (folder / "runbooks" / "more").symlink_to(outside)
    (folder / "docs" / "secret.md").symlink_to(outside / "secret.md")
    (folder / "docs" / "pictures" / "more").symlink_to(outside)
    (folder / "more.yaml").symlink_to(outside / "rules.yaml")
    (folder / "alerts").symlink_to(outside)
    (folder / "catalog" / "dictionary.yaml").unlink(missing_ok=True)
    (folder / "catalog" / "dictionary.yaml").symlink_to(outside / "rules.yaml")


def installation() -> tuple[Path, ...]:
    """Where Python, its packages and this one lie, and what every process of the machine reads."""
    own = [sys.prefix, sys.base_prefix, *site.getsitepackages(), *sysconfig.get_paths().values()]
    own += [str(Path(drillbook.__file__).parent.parent), str(ROOT / "schema"), str(WATCH.parent)]
    machine = (
        "/usr/lib /lib /lib64 /usr/local/lib /usr/share/locale /usr/share/zoneinfo /proc /sys /dev /usr/bin/python3"
    )
    settings = "ld.so.cache ld.so.preload localtime locale.alias mime.types ssl apache2 httpd os-release inputrc"
    own += [*machine.split(), *(f"/etc/{name}" for name in settings.split()), "/usr/local/etc"]
    return tuple({Path(os.path.realpath(path)) for path in own})


def said(log: Path, kind: str) -> list[str]:
    lines = log.read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[2] for line in lines if line.startswith(f"{kind}\t")]


def elsewhere(paths: list[str], *allowed: Path) -> list[str]:
    ours = (*installation(), *(Path(os.path.realpath(each)) for each in allowed))
    return sorted({path for path in paths if not any(Path(path).is_relative_to(each) for each in ours)})


def call(log: Path, command: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DRILLBOOK_AS_OF": "2026-11-22", "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, str(WATCH), str(log), command, *arguments]
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_watch_sees(tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(WATCH.parent)!r}); import os, outside\n"
    code += f"outside.watch(os.open({str(tmp_path / 'log')!r}, os.O_WRONLY | os.O_CREAT))\n"
    code += "open('/etc/passwd').close(); import subprocess; subprocess.run(['true']); os.listdir('/etc')"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert {"/etc/passwd", "/etc"} <= {*said(tmp_path / "log", "path")}
    assert "true" in " ".join(said(tmp_path / "log", "program"))


@pytest.mark.slow
def test_linting(hostile: Path, tmp_path: Path) -> None:
    links_out(hostile)
    done = call(tmp_path / "log", "lint", hostile, "--as-of", "2026-11-22")
    assert done.returncode == 1, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert "a link that leads out of the repository" in done.stdout
    assert len(said(tmp_path / "log", "path")) > 20
    assert elsewhere(said(tmp_path / "log", "path"), hostile) == []
    assert said(tmp_path / "log", "program") == []
    assert said(tmp_path / "log", "network") == []
    assert not (tmp_path / "outside" / "ran").exists()


@pytest.mark.slow
@pytest.mark.parametrize("links", [False, True])
def test_building(hostile: Path, tmp_path: Path, links: bool) -> None:
    if links:
        links_out(hostile)
    done = call(tmp_path / "log", "build", hostile, "-d", str(tmp_path / "site"))
    assert "Traceback" not in done.stderr
    assert ("a link that leads out of the repository" in done.stderr + done.stdout) == links
    assert (done.returncode != 0) == links
    paths = [path for path in said(tmp_path / "log", "path") if path != os.path.realpath(tmp_path)]
    assert len(paths) > 20
    assert elsewhere(paths, hostile, tmp_path / "site") == []
    assert {re.sub(r".*/", "", each.split()[0].strip("'[],")) for each in said(tmp_path / "log", "program")} <= {"git"}
    assert said(tmp_path / "log", "network") == []
    assert not (tmp_path / "outside" / "ran").exists()
    for file in (tmp_path / "site").rglob("*.html") if (tmp_path / "site").exists() else ():
        assert SECRET not in file.read_text(encoding="utf-8"), file


@pytest.mark.slow
def test_linting_as_the_kernel_sees_it(hostile: Path, tmp_path: Path) -> None:
    program = shutil.which("strace")
    if (
        program is None
        or subprocess.run([program, "-o", os.devnull, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("strace is not here, or may not watch")
    links_out(hostile)
    trace = tmp_path / "trace"
    words = [program, "-f", "-qq", "-o", str(trace), "-e", "trace=open,openat,execve,connect,creat"]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*words, sys.executable, "-m", "drillbook", "lint", "--as-of", "2026-11-22"],
        cwd=hostile, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    calls = trace.read_text(encoding="utf-8").splitlines()
    opened = [found[1] for line in calls if (found := re.search(r'open(?:at)?\([^"]*"([^"]+)".* = \d', line))]
    assert elsewhere([os.path.realpath(hostile / path) for path in opened], hostile) == []
    assert sum("execve(" in line for line in calls) == 1
    assert [line for line in calls if "connect(" in line] == []

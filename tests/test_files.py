"""Reading a folder: whatever lies there, the answer is a finding, and the other files are still read."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook import files
from drillbook.document import LIMIT, Document
from drillbook.repository import Repository

GOOD = "---\nid: good\n---\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one good runbook, and beside it a place outside."""
    folder = tmp_path / "repository"
    write(folder / "runbooks" / "good.md")
    write(tmp_path / "outside" / "secret.md", "---\nid: secret\n---\n")
    return folder


def write(path: Path, text: str = GOOD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def why(document: Document) -> str:
    """The one reason for which a file could not be read."""
    assert not document.readable
    assert document.front == {}
    assert document.text == ""
    (problem,) = document.problems
    assert problem.kind == "unreadable-file"
    assert (problem.span.start, problem.span.end) == (0, 0)
    assert document.position(0) == (1, 1)
    assert "\n" not in problem.message
    return problem.message


def only(repository: Repository, path: str) -> Document:
    """The one document besides the good runbook, which is there."""
    assert repository.by_path["runbooks/good.md"].id == "good"
    assert [document.path for document in repository.documents if document.path != "runbooks/good.md"] == [path]
    return repository.by_path[path]


def test_every_kind_by_its_place(tmp_path: Path) -> None:
    kinds = {
        "runbooks/a.md": "runbook",
        "runbooks/team/deep/er/b.md": "runbook",
        "drills/c.md": "drill",
        "drills/records/2026-10-08-c.yaml": "drill-record",
        "drills/records/2026-10-08-c.jsonl": "drill-journal",
        "incidents/2026-09-21-x/incident.md": "incident",
        "incidents/2026-09-21-x/timeline.jsonl": "timeline",
        "incidents/2026-09-21-x/custody.jsonl": "custody",
        "catalog/defaults.yaml": "defaults",
        "catalog/teams.yaml": "teams",
        "catalog/components.yaml": "components",
        "catalog/environments.yaml": "environments",
        "catalog/clocks.yaml": "clocks",
        "catalog/dictionary.yaml": "dictionary",
    }
    others = [
        "runbooks/README.md",
        "runbooks/team/README.md",
        "runbooks/.hidden.md",
        "runbooks/.git/x.md",
        "runbooks/notes.txt",
    ]
    others += [
        "runbooks/a.yaml",
        "runbooks/LICENSE",
        "drills/deep/d.md",
        "drills/replays/2026-10-08-c.yaml",
        "incidents/x/evidence/timeline.jsonl",
    ]
    others += [
        "incidents/x/evidence/incident.md",
        "incidents/incident.md",
        "catalog/other.yaml",
        "catalog/deep/teams.yaml",
    ]
    others += ["docs/a.md", "a.md", ".hidden/runbooks/a.md"]
    for path in (*kinds, *others):
        write(tmp_path / path)
    found = {document.path: document.kind for document in files.load(tmp_path).documents}
    assert found == kinds


def test_files_come_in_order_and_are_the_same_again(root: Path) -> None:
    for name in ("z", "b", "a/x", "a"):
        write(root / "runbooks" / f"{name}.md")
    paths = [document.path for document in files.load(root).documents]
    assert paths == sorted(paths)
    assert [document.path for document in files.load(root).documents] == paths


def test_no_folder_at_all(tmp_path: Path) -> None:
    assert files.load(tmp_path).documents == ()
    assert files.load(tmp_path / "nowhere").documents == ()


def test_a_folder_with_the_name_of_a_file(root: Path) -> None:
    write(root / "runbooks" / "x.md" / "inner.md")
    repository = files.load(root)
    assert why(repository.by_path["runbooks/x.md"]) == "a folder, expected a file"
    assert repository.by_path["runbooks/x.md/inner.md"].id == "good"
    assert repository.by_path["runbooks/good.md"].readable


def test_a_dangling_link(root: Path) -> None:
    (root / "runbooks" / "gone.md").symlink_to("nowhere.md")
    assert why(only(files.load(root), "runbooks/gone.md")) == "a link to a file that is not there"


def test_a_link_in_a_circle(root: Path) -> None:
    (root / "runbooks" / "a.md").symlink_to("b.md")
    (root / "runbooks" / "b.md").symlink_to("a.md")
    repository = files.load(root)
    for name in ("a", "b"):
        assert why(repository.by_path[f"runbooks/{name}.md"]).startswith("cannot be read: ")
    assert repository.by_path["runbooks/good.md"].readable


def test_a_link_out_of_the_repository(root: Path) -> None:
    (root / "runbooks" / "secret.md").symlink_to(root.parent / "outside" / "secret.md")
    (root / "runbooks" / "passwd.md").symlink_to("/etc/passwd")
    (root / "runbooks" / "beside.md").symlink_to(write(root.parent / "repository-2" / "x.md"))
    repository = files.load(root)
    for name in ("secret", "passwd", "beside"):
        assert why(repository.by_path[f"runbooks/{name}.md"]) == "a link that leads out of the repository"
    assert repository.by_path["runbooks/good.md"].readable


def test_a_link_to_a_file_inside(root: Path) -> None:
    write(root / "docs" / "shared.md", "---\nid: shared\n---\n")
    (root / "runbooks" / "linked.md").symlink_to("../docs/shared.md")
    document = only(files.load(root), "runbooks/linked.md")
    assert (document.readable, document.id, document.problems) == (True, "shared", ())


@pytest.mark.parametrize("target", ["../../outside", "../elsewhere", ".", "nowhere"])
def test_a_link_to_a_folder_is_told_and_not_followed(root: Path, target: str) -> None:
    write(root / "elsewhere" / "hidden.md")
    (root / "runbooks" / "team").symlink_to(target, target_is_directory=True)
    words = why(only(files.load(root), "runbooks/team")) if target != "nowhere" else ""
    reasons = {
        "../../outside": "a link that leads out of the repository",
        "../elsewhere": "a link to a folder, which is not followed, expected a file",
        ".": "a link to a folder, which is not followed, expected a file",
        "nowhere": "",  # a link to nothing, which is not called like a runbook
    }
    assert words == reasons[target]
    assert len(files.load(root).documents) == (1 if target == "nowhere" else 2)


@pytest.mark.parametrize("top", ["runbooks", "drills", "incidents", "catalog"])
def test_a_content_folder_that_is_a_link_out(root: Path, top: str) -> None:
    if top == "runbooks":
        (root / top).rename(root / "moved")
    outside = root.parent / "outside"
    for name in ("x.md", "teams.yaml", "x/incident.md"):
        write(outside / name)
    (root / top).symlink_to(outside, target_is_directory=True)
    repository = files.load(root)
    assert why(repository.by_path[top]) == "a link that leads out of the repository"
    assert not any(document.path.startswith(f"{top}/") for document in repository.documents)


def test_a_content_folder_that_is_a_link_inside(root: Path) -> None:
    write(root / "content" / "drills" / "one.md", "---\nid: one\n---\n")
    (root / "drills").symlink_to("content/drills", target_is_directory=True)
    assert only(files.load(root), "drills/one.md").id == "one"


def test_links_below_an_incident_are_nobodys_business(root: Path) -> None:
    write(root / "incidents" / "x" / "incident.md")
    (root / "incidents" / "x" / "evidence").symlink_to(root.parent / "outside", target_is_directory=True)
    assert only(files.load(root), "incidents/x/incident.md").readable


def test_a_content_folder_that_is_a_file(root: Path) -> None:
    write(root / "catalog", "teams: {}\n")
    assert [document.path for document in files.load(root).documents] == ["runbooks/good.md"]


@pytest.mark.parametrize("target", ["nowhere", "drills"])
def test_a_content_folder_that_is_a_link_to_nothing(root: Path, target: str) -> None:
    (root / "drills").symlink_to(target)
    assert why(only(files.load(root), "drills"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_block(root: Path) -> None:
    os.mkfifo(root / "runbooks" / "pipe.md")
    assert why(only(files.load(root), "runbooks/pipe.md")) == "no plain file, expected a file"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no sockets in folders")
def test_a_socket(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "runbooks")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        assert why(only(files.load(root), "runbooks/socket.md")).startswith("cannot be read: ")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A repository that everybody may look into."""
    with tempfile.TemporaryDirectory(prefix="drillbook-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        write(folder / "runbooks" / "good.md")
        yield folder


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can put on somebody else's eyes")
def test_what_may_not_be_read(shared: Path) -> None:
    import pwd

    write(shared / "runbooks" / "private.md").chmod(0)
    write(shared / "runbooks" / "closed" / "x.md").parent.chmod(0)
    write(shared / "drills" / "x.md").parent.chmod(0)
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        repository = files.load(shared)
    finally:
        os.seteuid(0)
        (shared / "runbooks" / "closed").chmod(0o755)
        (shared / "drills").chmod(0o755)
    assert set(repository.by_path) == {"runbooks/good.md", "runbooks/private.md", "runbooks/closed", "drills"}
    for path in ("runbooks/private.md", "runbooks/closed", "drills"):
        assert why(repository.by_path[path]) == "it may not be read; look at its permissions"
    assert repository.by_path["runbooks/closed"].kind == "runbook"
    assert repository.by_path["drills"].kind == "drill"
    assert repository.by_path["runbooks/good.md"].id == "good"


STRANGE = [
    "spaces and ü.md",
    "new\nline.md",
    "-rf.md",
    "'\"$(x).md",
    "\x1b[31m.md",
    "😀.md",
    "a" * 200 + ".md",
    "x.md.md",
]


@pytest.mark.parametrize("name", [*STRANGE, os.fsdecode(b"\xff\xfe.md")])
def test_strange_names(root: Path, name: str) -> None:
    try:
        write(root / "runbooks" / name)
    except (OSError, UnicodeError):
        pytest.skip("this file system does not take the name")
    assert only(files.load(root), f"runbooks/{name}").id == "good"


def test_a_very_deep_folder(root: Path) -> None:
    deep = "/".join(["d"] * 31)
    write(root / "runbooks" / deep / "x.md")
    assert only(files.load(root), f"runbooks/{deep}/x.md").id == "good"
    write(root / "runbooks" / deep / "d" / "d" / "d" / "y.md")
    repository = files.load(root)
    assert why(repository.by_path[f"runbooks/{deep}/d/d"]) == "folders nested deeper than 32 levels are not looked into"


def test_a_file_too_large(root: Path) -> None:
    (root / "catalog").mkdir()
    (root / "catalog" / "teams.yaml").write_bytes(b"#" * (LIMIT + 1))
    document = only(files.load(root), "catalog/teams.yaml")
    assert not document.readable
    assert [problem.kind for problem in document.problems] == ["reading-limit"]
    (root / "catalog" / "teams.yaml").write_bytes(b"a: b\n" + b"#" * (LIMIT - 5))
    assert only(files.load(root), "catalog/teams.yaml").front == {"a": "b"}


def test_a_name_that_no_file_can_have(root: Path) -> None:
    real = root.resolve()
    assert why(files.read(real, "runbooks/nul\0.md", "runbook"))
    assert why(files.read(real, "runbooks/" + "n" * 5000 + ".md", "runbook")).startswith("cannot be read: ")
    assert why(files.read(real, "../outside/secret.md", "runbook")) == "a link that leads out of the repository"
    assert why(files.read(real, "/etc/passwd", "runbook")) == "a link that leads out of the repository"


def test_excluded_files_are_not_opened(root: Path) -> None:
    for name in ("old/a.md", "old/deep/b.md", "older.md", "c.md"):
        write(root / "runbooks" / name)
    paths = [document.path for document in files.load(root, exclude=("runbooks/old/", "runbooks/c.md")).documents]
    assert paths == ["runbooks/good.md", "runbooks/older.md"]
    assert files.load(root, exclude=("runbooks",)).documents == ()
    assert len(files.load(root, exclude=("runbook", "", "/", "runbooks/o")).documents) == 5


def test_the_root_may_be_a_link_and_relative(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = root.parent / "link"
    link.symlink_to(root, target_is_directory=True)
    assert files.load(link).by_path["runbooks/good.md"].id == "good"
    monkeypatch.chdir(root)
    assert files.load(Path()).by_path["runbooks/good.md"].id == "good"
    assert files.load(Path("..") / root.name).by_path["runbooks/good.md"].id == "good"


def test_a_stamp_tells_states_apart(root: Path) -> None:
    before = files.stamp(root)
    assert [path for path, _, _ in before] == ["runbooks/good.md"]
    assert files.stamp(root) == before
    write(root / "runbooks" / "good.md", GOOD + "more")
    after = files.stamp(root)
    assert after != before
    (root / "runbooks" / "gone.md").symlink_to("nowhere.md")
    assert {path for path, _, _ in files.stamp(root)} == {"runbooks/good.md", "runbooks/gone.md"}
    assert files.stamp(root / "nowhere") == ()

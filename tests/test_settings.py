"""Settings: where they are looked for, and one clear sentence for everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.settings import SettingsError, find


def complaint(start: Path) -> str:
    """What is wrong, in one line."""
    with pytest.raises(SettingsError) as caught:
        find(start)
    words = str(caught.value)
    assert "\n" not in words
    return words


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder, at its real path."""
    folder = tmp_path.resolve() / "repository"
    (folder / "runbooks" / "deep" / "deeper").mkdir(parents=True)
    return folder


def test_a_folder_of_runbooks_is_a_repository(root: Path) -> None:
    found = find(root)
    assert (found.root, found.ignore, found.exclude) == (root, (), ())
    assert find(root / "runbooks" / "deep" / "deeper").root == root
    page = root / "runbooks" / "deep" / "page.md"
    page.write_text("", encoding="utf-8")
    assert find(page).root == root
    assert find(root / "runbooks" / "not-there-yet.md").root == root


def test_own_file(root: Path) -> None:
    (root / "drillbook.toml").write_text('ignore = ["missing-key"]\nexclude = ["runbooks/old", "drills"]\n', "utf-8")
    found = find(root / "runbooks")
    assert found.root == root
    assert found.ignore == ("missing-key",)
    assert found.exclude == ("runbooks/old", "drills")


def test_a_section_of_pyproject(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.ruff]\nx = 1\n[tool.drillbook]\nignore = ["a", "b"]\n', "utf-8")
    found = find(root)
    assert (found.ignore, found.exclude) == (("a", "b"), ())


def test_an_empty_file_marks_the_root(tmp_path: Path) -> None:
    (tmp_path / "drillbook.toml").touch()
    (tmp_path / "below").mkdir()
    assert find(tmp_path / "below").root == tmp_path.resolve()


def test_the_nearest_wins(root: Path) -> None:
    (root / "drillbook.toml").write_text('ignore = ["far"]\n', "utf-8")
    inner = root / "packages" / "one"
    inner.mkdir(parents=True)
    assert find(inner).ignore == ("far",)
    (inner / "pyproject.toml").write_text('[tool.drillbook]\nignore = ["near"]\n', "utf-8")
    assert (find(inner).root, find(inner).ignore) == (inner, ("near",))


def test_settings_in_two_places_are_told(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.drillbook]\nignore = ["one"]\n', "utf-8")
    (root / "drillbook.toml").write_text('ignore = ["two"]\n', "utf-8")
    with pytest.raises(SettingsError, match=r"drillbook\.toml: pyproject\.toml holds settings too"):
        find(root)


def test_settings_of_others_are_passed_over(root: Path) -> None:
    inner = root / "service"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'service'\n", "utf-8")
    assert find(inner).root == root
    (inner / "pyproject.toml").write_text("tool = 5\n", "utf-8")
    assert find(inner).root == root
    (inner / "drillbook.toml").mkdir()
    assert find(inner).root == root


def test_unknown_setting_is_guessed(root: Path) -> None:
    file = root / "drillbook.toml"
    file.write_text('ingore = ["x"]\n', "utf-8")
    words = complaint(root)
    assert str(file) in words
    assert 'unknown setting "ingore"' in words
    assert 'did you mean "ignore"' in words
    file.write_text("colour = true\n", "utf-8")
    assert "expected one of ignore, exclude" in complaint(root)
    file.write_text('root = ["elsewhere"]\n', "utf-8")
    assert 'unknown setting "root"' in complaint(root)
    file.write_text("[tool.drillbook]\nignore = []\n", "utf-8")
    assert 'unknown setting "tool"' in complaint(root)


@pytest.mark.parametrize("value", ['"one"', "1", "true", "[1]", '["a", 2]', "{a = 1}", "2026-11-22"])
def test_wrong_type(root: Path, value: str) -> None:
    (root / "drillbook.toml").write_text(f"ignore = {value}\n", "utf-8")
    words = complaint(root)
    assert 'setting "ignore" is no list of texts' in words
    assert "drillbook.toml" in words


@pytest.mark.parametrize("value", ["5", '"x"', "[]", "true"])
def test_a_section_that_is_no_table(root: Path, value: str) -> None:
    (root / "pyproject.toml").write_text(f"[tool]\ndrillbook = {value}\n", "utf-8")
    words = complaint(root)
    assert "pyproject.toml" in words
    assert "expected [tool.drillbook]" in words


@pytest.mark.parametrize(
    "content",
    [
        b"ignore = [",
        b"= 1",
        b"ignore = []\nignore = []",
        b"\xef\xbb\xbfignore = []",
        b"ignore = 2026-13-45",
        b"x = " + b"[" * 20_000,
        b"x = " + b"9" * 5_000,
        b'ignore = ["\x00"]',
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("name", ["drillbook.toml", "pyproject.toml"])
def test_broken_toml(root: Path, name: str, content: bytes) -> None:
    (root / name).write_bytes(content)
    words = complaint(root / "runbooks")
    assert words.startswith(f"{root / name}: ")
    assert "TOML" in words or "cannot be read" in words


def test_no_repository(tmp_path: Path) -> None:
    words = complaint(tmp_path)
    assert str(tmp_path) in words
    assert "expected a folder runbooks/ or a file drillbook.toml" in words


def test_a_place_that_cannot_be_looked_at(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    assert str(circle) in complaint(circle)
    assert str(tmp_path) in complaint(tmp_path / ("n" * 5_000))
    assert complaint(tmp_path / "nul\0byte")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can put on somebody else's eyes")
def test_settings_that_may_not_be_read(shared: Path) -> None:
    import pwd

    file = shared / "drillbook.toml"
    file.write_text("ignore = []\n", "utf-8")
    file.chmod(0)
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        words = complaint(shared)
    finally:
        os.seteuid(0)
    assert words == f"{file}: cannot be read: Permission denied"


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody may look into, below one that they may, too."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="drillbook-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        yield folder

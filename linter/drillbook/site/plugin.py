"""The MkDocs plugin ``drillbook``: hands the pages of ``site.pages`` to MkDocs and keeps strangers' templates out of Jinja."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from drillbook import body, rawhtml, settings
from drillbook.files import FOLDERS, PAGES, leading_out
from drillbook.repository import READERS
from drillbook.settings import SettingsError
from drillbook.site import escape, held, macros, offline, pages, source, stage
from drillbook.validation import is_date

_log = logging.getLogger("mkdocs.plugins.drillbook")
_BUNDLE, _LAZY = "assets/javascripts/bundle.", "drillbook-lazy.js"
_EARLY = 90
"""Before the macros plugin and whatever else reads files or text."""
_LATE = -90
"""After the search."""


_DELIMITERS = {
    "j2_variable_start_string": "[[[",
    "j2_variable_end_string": "]]]",
    "j2_block_start_string": "[[%",
    "j2_block_end_string": "%]]",
    "j2_comment_start_string": "[[~",
    "j2_comment_end_string": "~]]",
}
"""What opens a template where the macros engine reads what strangers wrote: no other delimiter is looked for."""


class DrillbookConfig(Config):  # type: ignore[no-untyped-call]
    """``as_of``: the day that counts as today, 2026-11-22; today in UTC where it is left out.

    ``issues``: where one files an issue about a step, ``https://git.example.com/runbooks/issues/new``; no link without it.
    ``audience``: nothing above this class is on the site. ``offline``: the site is opened from a disk.
    ``players``: the players of a drill may read it, so that no inject, hint or answer is on it.
    """

    as_of = config_options.Type((str, date), default="")
    issues = config_options.Optional(config_options.URL())
    audience = config_options.Choice(READERS, default=READERS[-1])
    offline = config_options.Type(bool, default=False)
    players = config_options.Type(bool, default=False)


class DrillbookPlugin(BasePlugin[DrillbookConfig]):  # type: ignore[no-untyped-call]
    """Pages from runbooks, rules and schemas; all the content stays where people write it."""

    serving = False

    def __init__(self) -> None:
        """Nothing is held back yet."""
        super().__init__()
        self._held: dict[str, tuple[str, ...]] = {}

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], **_: object) -> None:
        """Keep one instance over the rebuilds of ``mkdocs serve``, which must outlive a typo; a build must not."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Watch the content folders, and serve the style sheet of the cards."""
        root = _root(config)
        source.limit(root, self.config.audience, self.config.players)
        try:
            source.repository(root)
        except SettingsError as error:
            raise PluginError(str(error)) from None
        config.watch += [str(root / folder) for folder in FOLDERS if (root / folder).is_dir()]
        config.watch = list(dict.fromkeys(config.watch))
        for path in leading_out(root, PAGES):
            raise PluginError(f"{path}: a link that leads out of the repository; put the file itself there")
        if (expanding := config.plugins.get("macros")) is not None:
            for name, expected in _DELIMITERS.items():
                if expanding.config[name] != expected:
                    raise PluginError(f'mkdocs.yml: {name} of the plugin macros is no "{expected}"; write it so')
            expanding.config["on_error_fail"] = not self.serving
        if stage.STYLE not in config.extra_css:
            config.extra_css.insert(0, stage.STYLE)
        known = [str(each) for each in config.extra_javascript]
        for path in reversed([each for each in stage.SCRIPTS if each not in known]):
            script = ExtraScriptValue(path)
            script.defer = True
            config.extra_javascript.insert(0, script)
        return config

    @event_priority(_EARLY)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages, each with the address of the file that it is made from."""
        root = _root(config)
        ignore = settings.at(root).ignore
        if source.ONLY in os.environ:
            return self._only(root, os.environ[source.ONLY], ignore, config)
        history, issues = source.history(root), self.config.issues or ""
        made = pages.pages(source.repository(root), self._as_of(), config.site_url or "", ignore, history, issues)
        for page in made:
            if (there := files.get_file_from_path(page.uri)) is not None:
                if page.yields:
                    continue
                if there.abs_src_path is None:
                    _log.warning("%s has no page: another runbook has the same name", page.source)
                    continue
                raise PluginError(f"{there.abs_src_path}: this page is made by Drillbook; give yours another name")
            if page.broken:
                _log.warning("%s (the page says so; drillbook lint shows all)", page.broken)
            added = File.generated(config, page.uri, content=page.markdown)
            added.edit_uri = f"../{page.source}" if page.source else None
            files.append(added)
        for uri, text in stage.assets().items():
            files.append(File.generated(config, uri, content=text))
        return Files(sorted(files, key=lambda file: file.src_uri))

    def _only(self, root: Path, name: str, ignore: Collection[str], config: MkDocsConfig) -> Files:
        """The page of one runbook and what it looks like: everything else is left out, so that an edit shows at once."""
        config.nav = None  # it names pages that are not there
        made = pages.only(source.repository(root), name, self._as_of(), ignore, self.config.issues or "")
        found = [File.generated(config, page.uri, content=page.markdown) for page in made]
        found += [File.generated(config, uri, content=text) for uri, text in stage.assets().items()]
        return Files(found)

    @event_priority(_EARLY)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, **_: object) -> str:
        """Refuse a page that calls anything but the known macros with a name that exists, before Jinja sees it."""
        if page.edit_url:  # what lies beside docs/ is named from there; the address shall not climb
            page.edit_url = re.sub(r"(?<=/)[^/]+/\.\./", "", page.edit_url)
        try:
            self._must_be_safe(markdown, page, config)
        except PluginError as error:
            if not self.serving:
                raise
            _log.error("%s", error)  # the other pages go on being served
            page.title = "Refused"
            return f"# This page is refused\n\n{escape.markdown(str(error))}\n"
        if page.file.abs_src_path is None:
            markdown, self._held[page.file.src_uri] = held.hold(markdown)
            if not any(mark in markdown for mark in _DELIMITERS.values()):
                page.meta["render_macros"] = False  # compiling a template for each page takes as long as its Markdown
        return markdown

    @event_priority(_EARLY)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, **_: object) -> str:
        """Refuse a page that would run something, whatever Markdown it came from, before other plugins add what is theirs."""
        ours = page.file.abs_src_path is None and page.file.src_uri.startswith(("rules/", "schema/"))
        whole = held.give_back(html, self._held.get(page.file.src_uri, ()))
        for _tag, why in () if ours or rawhtml.quiet(whole) else rawhtml.faults(rawhtml.tags(whole)):
            error = f"{_path(page, config)}: {why} can run or load something, expected Markdown or plain HTML"
            if not self.serving:
                raise PluginError(error)
            _log.error("%s", error)
            page.title = "Refused"
            return f"<h1>This page is refused</h1><p>{escape.html(error)}</p>"
        return html

    @event_priority(_LATE)
    def on_page_context(self, context: TemplateContext, *, page: Page, **_: object) -> TemplateContext:
        """Put the blocks back that Markdown, macros and the search had no need to read."""
        page.content = held.give_back(page.content or "", self._held.pop(page.file.src_uri, ()))
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG002 - MkDocs calls it so
        """Load the index of the search when somebody first searches; of a site on a disk, name every file."""
        if self.config.offline:
            return offline.page(output)
        at = output.find(_BUNDLE)
        at = output.rfind("<script", 0, at) if at >= 0 else -1
        return f"{output[:at]}<script>{stage.theme(_LAZY)}</script>{output[at:]}" if at >= 0 else output

    def _must_be_safe(self, markdown: str, page: Page, config: MkDocsConfig) -> None:
        for text in [*_texts(page.meta), str(page.title)]:  # the macros engine expands titles too
            for refused in body.template(text)[1]:
                before = page.file.content_string.partition(text.split("\n")[0])[0]
                line = before.count("\n") + 1 if before != page.file.content_string else 1
                raise PluginError(f"{_path(page, config)}:{line}: {refused.message}")
        if page.meta.get("render_macros") is False:
            return
        calls, problems = body.template(markdown)
        for refused in problems:
            line = _line(markdown, refused.span.start, page)
            raise PluginError(f"{_path(page, config)}:{line}: {refused.message}")
        known = macros.on_page(page.file.src_uri, source.last(_root(config)))
        for call in calls:
            if why := known.unknown(call):
                line = _line(markdown, call.span.start, page)
                raise PluginError(f"{_path(page, config)}:{line}: {why}")

    def _as_of(self) -> date:
        day = str(self.config.as_of)  # YAML reads an unquoted day as a date
        if not day:
            return datetime.now(UTC).date()
        if not is_date(day):
            raise PluginError(
                f'mkdocs.yml: as_of "{day}" of the plugin drillbook is no day, expected one like 2026-11-22'
            )
        return date.fromisoformat(day)


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).resolve().parent


def _texts(value: object) -> Iterator[str]:
    """Every text in a page's front matter, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (*_texts(key), *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _path(page: Page, config: MkDocsConfig) -> str:
    """The file that somebody wrote, as seen from the configuration."""
    written = page.file.abs_src_path
    return Path(os.path.relpath(written, _root(config))).as_posix() if written else page.file.src_uri


def _line(markdown: str, at: int, page: Page) -> int:
    """The line in the file, front matter included."""
    text = page.file.content_string
    inside = text.find(markdown[at : at + 80].split("\n")[0])
    return text.count("\n", 0, max(inside, 0)) + 1

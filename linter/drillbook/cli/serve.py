"""``drillbook serve RUNBOOK``: the page of one runbook in the browser, which follows every edit at once."""

from __future__ import annotations

import gc
import os
import socket
from pathlib import Path

import click

from drillbook import files, settings
from drillbook.cli import stop
from drillbook.suggest import hint


@click.command("serve")
@click.argument("runbook")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where on 127.0.0.1.")
def command(runbook: str, port: int) -> None:
    """Show the page of RUNBOOK, and show it anew whenever it, its catalog or its defaults are saved. Until interrupted.

    Only this page is built, so that an edit shows within two seconds however many runbooks there are; links to other pages lead
    nowhere. make site builds and serves everything.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    try:
        from mkdocs.commands.serve import serve
        from mkdocs.exceptions import MkDocsException
    except ModuleNotFoundError as error:
        stop(f"the site needs {error.name}, which is not installed; pip install 'drillbook[site]'")
    from drillbook.site.source import ONLY

    found = settings.find(Path())
    known = {document.id: document for document in files.load(found.root, found.exclude).of("runbook")}
    name = Path(runbook).stem
    if name not in known:
        stop(f'there is no runbook "{runbook}", {hint(name, known)}')
    config = found.root / "mkdocs.yml"
    if not config.is_file():
        stop(f"{config}: there is no configuration of a site; drillbook init writes one")
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind(("127.0.0.1", port))
        except OSError as error:
            stop(
                f"port {port} of this machine cannot be used ({(error.strerror or str(error)).lower()}); give another with --port"
            )
    gc.enable()
    os.environ[ONLY] = name
    click.echo(f"http://127.0.0.1:{port}/runbooks/{Path(known[name].path).stem}/ shows every edit; Ctrl-C ends it.")
    try:
        serve(str(config), dev_addr=f"127.0.0.1:{port}", strict=False, site_url=f"http://127.0.0.1:{port}/")
    except MkDocsException as error:
        stop(" ".join(str(error).split()) or "MkDocs could not serve the page")

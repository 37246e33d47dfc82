"""A source's name -> who asks it: from the variables of the process, else from the machine's keyring. Never from a file."""

from __future__ import annotations

import os
import re

from drillbook.probes.asking import Credentials


def credentials(environment: str, source: str) -> Credentials:
    """``DRILLBOOK_PROD_METRICS_TOKEN``, or ``…_USER`` with ``…_PASSWORD``; else the keyring's.

    The keyring keeps them for the service "drillbook" and the user "prod/metrics": a token, or ``user:password``.
    """
    name = re.sub(r"[^A-Z0-9]", "_", f"DRILLBOOK_{environment}_{source}_".upper())
    token, user = os.environ.get(f"{name}TOKEN", ""), os.environ.get(f"{name}USER", "")
    if token or user:
        return Credentials(user, os.environ.get(f"{name}PASSWORD", ""), token)
    kept = _kept(f"{environment}/{source}")
    user, colon, password = kept.partition(":")
    return Credentials(user, password) if colon else Credentials(token=kept)


def _kept(name: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ModuleNotFoundError:
        return ""
    try:
        return keyring.get_password("drillbook", name) or ""
    except keyring.errors.KeyringError:  # a machine without a keyring has nothing in it
        return ""

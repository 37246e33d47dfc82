"""Bytes and a key -> a signature of OpenSSH, and back: who signed. Runs ``ssh-keygen``."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

NAMESPACE = "drillbook"
"""What a signature is for: one that was made for a commit or an e-mail does not pass for a seal."""
_SECONDS = 120
_PRINT = re.compile(r"SHA256:[A-Za-z0-9+/]+")


class SigningError(Exception):
    """Why nothing was signed, or a signature does not hold; one sentence without a dot."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed, as the list of allowed signers calls them, and the fingerprint of the key."""

    principal: str
    key: str


def fingerprint(key: Path) -> str:
    """The fingerprint of a key, private or public."""
    said = _run(["-l", "-f", str(key)])
    found = _PRINT.search(said.stdout.decode("utf-8", "replace"))
    if said.returncode or not found:
        raise SigningError(f"{key}: no key that ssh-keygen can read")
    return found[0]


def sign(data: bytes, key: Path) -> bytes:
    """The signature of bytes by a key: a private one, or a public one whose other half an agent holds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "data")
        file.write_bytes(data)
        done = _run(["-Y", "sign", "-n", NAMESPACE, "-f", str(key), str(file)], asks=True)
        signature = Path(folder, "data.sig")
        if done.returncode or not signature.is_file():
            raise SigningError(f"{key}: ssh-keygen did not sign: {_words(done.stderr)}")
        return signature.read_bytes()


def verify(data: bytes, signature: bytes, allowed: bytes, at: datetime) -> Signed:
    """Who signed bytes, by a list of allowed signers as it counts at a time. Raises SigningError where nobody on it did."""
    with tempfile.TemporaryDirectory() as folder:
        list_, file = Path(folder, "allowed"), Path(folder, "sig")
        list_.write_bytes(allowed)
        file.write_bytes(signature)
        then = f"-Overify-time={at:%Y%m%d%H%M%S}Z"
        known = _run(["-Y", "find-principals", then, "-s", str(file), "-f", str(list_)])
        names = known.stdout.decode("utf-8", "replace").split("\n")
        if known.returncode or not names[0].strip():
            raise SigningError("its key is on no line of the allowed signers, or did not count at that time")
        for name in (each.strip() for each in names if each.strip()):
            words = ["-Y", "verify", then, "-n", NAMESPACE, "-I", name, "-s", str(file), "-f", str(list_)]
            done = _run(words, stdin=data)
            found = _PRINT.search(done.stdout.decode("utf-8", "replace"))
            if not done.returncode and found:
                return Signed(name, found[0])
    raise SigningError("its signature does not fit what was signed")


def _words(text: bytes) -> str:
    return " ".join(text.decode("utf-8", "replace").split())[:200] or "it gave no reason"


def _run(arguments: Sequence[str], stdin: bytes | None = b"", asks: bool = False) -> subprocess.CompletedProcess[bytes]:
    given: dict[str, Any] = {"stdin": None} if asks else {"input": stdin}  # for a passphrase it asks the terminal
    try:
        return subprocess.run(  # noqa: S603 - ssh-keygen, with paths and names as single arguments
            ["ssh-keygen", *arguments],  # noqa: S607 - the user's own
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            **given,
        )
    except FileNotFoundError:
        raise SigningError("there is no ssh-keygen on this machine; install OpenSSH") from None
    except subprocess.TimeoutExpired:
        raise SigningError(f"ssh-keygen did not answer within {_SECONDS} seconds") from None

"""Who may call: an API token, and users with hashed passwords.

The users file has one ``name:scrypt$salt$hash`` a line, written by
``summitqa serve --add-user NAME``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from summitqa.errors import SettingsError, UsageError
from summitqa.settings import Settings

# Interactive login by RFC 7914 and OWASP's recommendation: 2**15 * 8 * 128 bytes = 32 MiB.
_COST, _BLOCK, _PARALLEL = 2**15, 8, 1
_REMEMBERED = 200


def hash_password(password: str, salt: bytes | None = None) -> str:
    """Return ``scrypt$salt$hash``; a new salt unless one is given."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(
        password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL, maxmem=2**27, dklen=32
    )
    return f"scrypt${salt.hex()}${digest.hex()}"


def password_matches(password: str, stored: str) -> bool:
    """Say whether a password gives the stored hash, in constant time."""
    try:
        kind, salt, _ = stored.split("$")
        expected = hash_password(password, bytes.fromhex(salt))
    except ValueError:
        return False
    return kind == "scrypt" and hmac.compare_digest(expected, stored)


def read_users(path: Path) -> dict[str, str]:
    """Read the users file: name to stored hash.

    Raises:
        SettingsError: It cannot be read or has a malformed line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The users file cannot be read ({error}); check users_file.") from None
    users: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, separator, stored = line.strip().partition(":")
        if not separator or not name or stored.count("$") != 2:
            raise SettingsError(
                f"Line {number} of the users file is malformed; write the user anew with "
                "summitqa serve --add-user NAME."
            )
        users[name] = stored
    return users


def add_user(path: Path, name: str, password: str) -> None:
    """Write a user into the users file, in the place of an older one of that name.

    Raises:
        UsageError: The name or the password cannot be used.
    """
    if not name or ":" in name or name != name.strip() or not name.isprintable():
        raise UsageError("A user's name must be printable and without a colon.")
    if len(password) < 8:
        raise UsageError("The password is too short; use 8 characters or more.")
    users = read_users(path) if path.exists() else {}
    users[name] = hash_password(password)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{one}:{stored}\n" for one, stored in users.items())
    half.replace(path)


@dataclass
class Accounts:
    """Checks the ``Authorization`` header of requests.

    Attributes:
        token: The API token, if one is set.
        users: Name to stored hash.
    """

    token: str | None = None
    users: dict[str, str] = field(default_factory=dict)
    _remembered: OrderedDict[bytes, str] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def required(self) -> bool:
        """Whether anybody must say who they are."""
        return bool(self.token or self.users)

    def identify(self, header: str | None) -> str | None:
        """Return the name behind an ``Authorization`` header, or None if it is not valid.

        A hash costs tens of milliseconds, so headers that passed are remembered, as their
        digest under a key of this process.
        """
        kind, _, value = (header or "").partition(" ")
        if kind.lower() == "bearer":
            return "token" if self._is_token(value.strip()) else None
        if kind.lower() != "basic":
            return None
        digest = hmac.digest(_PROCESS_KEY, value.encode(), "sha256")
        with self._lock:
            if digest in self._remembered:
                self._remembered.move_to_end(digest)
                return self._remembered[digest]
        name = self._check_basic(value)
        if name is not None:
            with self._lock:
                self._remembered[digest] = name
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        return name

    def _is_token(self, given: str) -> bool:
        return bool(self.token) and hmac.compare_digest(given.encode(), (self.token or "").encode())

    def _check_basic(self, value: str) -> str | None:
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return None
        if self._is_token(password):
            return "token"
        # An unknown name costs as much time as a known one.
        stored = self.users.get(name, _NOBODY)
        return name if password_matches(password, stored) and name in self.users else None


_PROCESS_KEY = secrets.token_bytes(32)
_NOBODY = f"scrypt${'00' * 16}${'00' * 32}"


def open_accounts(settings: Settings) -> Accounts:
    """Return the accounts that the settings name.

    Raises:
        SettingsError: The users file cannot be used.
    """
    token = settings.api_token.get_secret_value() if settings.api_token else None
    return Accounts(token, read_users(settings.users_file) if settings.users_file else {})

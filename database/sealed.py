"""Columns that say who somebody is are sealed on disk (K8): who has the file but not the keys reads nothing.

Three types: `Sealed` is read and written, `Findable` is looked up by its value too, and `Blind` stands beside a
sealed column so that it can be looked up. The keys come with the database's handle (see KeyRing).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from functools import cache, cached_property
from typing import Any, override
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, Dialect, String, Text, literal
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

_SECRET_BYTES = 32
_NONCE_BYTES = 12


class NoKey(Exception):
    """A value is sealed with a key that this process was not given, or was changed by somebody without one."""


class Key:
    """One key, by its name; what is sealed with it begins with that name and a dot."""

    def __init__(self, name: str, secret: bytes) -> None:
        """Take 32 random bytes. Raises ValueError where the name or the bytes are no such thing."""
        if not (name.isascii() and name.isalnum() and len(name) <= 8):
            raise ValueError("a key's name has 1 to 8 letters and digits")
        if len(secret) != _SECRET_BYTES:
            raise ValueError("a key has 32 bytes")
        self.name, self._secret = name, secret

    def _derived(self, purpose: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt=None, info=b"kefu " + purpose).derive(self._secret)

    @cached_property
    def _sealing(self) -> AESGCM:
        return AESGCM(self._derived(b"sealed", 32))

    @cached_property
    def _findable(self) -> AESSIV:
        return AESSIV(self._derived(b"findable", 64))

    @cached_property
    def _blind(self) -> bytes:
        return self._derived(b"blind", 32)

    @property
    def fingerprint(self) -> bytes:
        """What tells this key from others without its name, and tells nothing of it."""
        return self._derived(b"fingerprint", 16)

    def seal(self, value: str, place: str) -> str:
        """Return `value` sealed for `place` ("customer.name"), each time in another form."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._told(nonce + self._sealing.encrypt(nonce, value.encode(), place.encode()))

    def unseal(self, sealed: str, place: str) -> str:
        """Return what was sealed for `place`; raises NoKey."""
        data = self._untold(sealed)
        try:
            return self._sealing.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise NoKey("a sealed value was changed, or moved to another column") from error

    def find(self, value: str, place: str) -> str:
        """Return `value` sealed for `place`, always in the same form."""
        # SIV refuses an empty text; the byte before it is dropped again.
        return self._told(self._findable.encrypt(b" " + value.encode(), [place.encode()]))

    def found(self, sealed: str, place: str) -> str:
        """Return what `find` has sealed; raises NoKey."""
        try:
            return self._findable.decrypt(self._untold(sealed), [place.encode()])[1:].decode()
        except (InvalidTag, ValueError) as error:
            raise NoKey("a sealed value was changed, or moved to another column") from error

    def blind(self, value: str, place: str) -> str:
        """Return a digest by which `value` is found again, and from which nobody without the key gets it back."""
        digest = hmac.new(self._blind, f"{place}:{value}".encode(), hashlib.sha256).digest()
        return self._told(digest[:24])

    def _told(self, data: bytes) -> str:
        return f"{self.name}.{base64.urlsafe_b64encode(data).decode().rstrip('=')}"

    def _untold(self, sealed: str) -> bytes:
        data = sealed.partition(".")[2]
        try:
            return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
        except ValueError as error:
            raise NoKey("a sealed value was changed") from error


class KeyRing:
    """The keys of an installation, the newest first: it seals with that one and reads with all of them."""

    def __init__(self, keys: Sequence[Key] = ()) -> None:
        """Hold `keys`; without any, nothing sealed can be read or written."""
        if len({key.name for key in keys}) < len(keys):
            raise ValueError("two keys have the same name")
        self._keys = tuple(keys)

    @staticmethod
    def of(text: str) -> "KeyRing":
        """Return the ring that is written as "k2:BASE64 k1:BASE64", the newest key first.

        Raises ValueError, without repeating what was given.
        """
        keys = []
        for word in text.split():
            name, _, secret = word.partition(":")
            try:
                keys.append(Key(name, base64.urlsafe_b64decode(secret)))
            except ValueError as error:
                raise ValueError(f"key {len(keys) + 1}: {error}") from None
        return KeyRing(keys)

    @property
    def newest(self) -> Key:
        """The key that seals; raises NoKey where there is none."""
        if not self._keys:
            raise NoKey("this process was given no keys")
        return self._keys[0]

    def shares_with(self, other: "KeyRing") -> bool:
        """Return whether a key of this ring is one of the other's, whatever it is called."""
        return bool({key.fingerprint for key in self._keys} & {key.fingerprint for key in other._keys})

    def key(self, place: int) -> Key | None:
        """Return the newest key (0) or an older one, None where there are fewer."""
        return self._keys[place] if place < len(self._keys) else None

    def of_value(self, sealed: str) -> Key:
        """Return the key that a value is sealed with; raises NoKey."""
        name, dot, _ = sealed.partition(".")
        for key in self._keys:
            if dot and key.name == name:
                return key
        raise NoKey(f"a value is sealed with key {name[:8]!r}" if dot else "a value that should be sealed is not")


def new_key(name: str) -> str:
    """Return a new key as KeyRing.of reads it; raises ValueError where the name is none."""
    secret = secrets.token_bytes(_SECRET_BYTES)
    return f"{Key(name, secret).name}:{base64.urlsafe_b64encode(secret).decode()}"


_RINGS: WeakKeyDictionary[Dialect, KeyRing] = WeakKeyDictionary()


def give_keys(dialect: Dialect, ring: KeyRing) -> None:
    """Let the columns of one engine seal and unseal with `ring`."""
    _RINGS[dialect] = ring


def ring_of(dialect: Dialect) -> KeyRing:
    """Return the ring of an engine."""
    return _RINGS.get(dialect, KeyRing())


class _Kept(TypeDecorator[str]):
    # SQLite takes a text of any length whatever a column was declared with; PostgreSQL would refuse the longer,
    # sealed form. So only PostgreSQL's columns have become longer.
    impl = String

    def __init__(self, length: int | None, place: str) -> None:
        super().__init__(length)
        self.length, self.place = length, place

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if self.length is None:
            return Text()
        return dialect.type_descriptor(String() if dialect.name == "postgresql" else String(self.length))

    def again(self, ring: KeyRing, value: str) -> str:
        """Return a stored value sealed with the newest key."""
        raise NotImplementedError


class Sealed(_Kept):
    """A text that is sealed on disk; `place` ("customer.name") ties it to its column."""

    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else ring_of(dialect).newest.seal(value, self.place)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else ring_of(dialect).of_value(value).unseal(value, self.place)

    @override
    def again(self, ring: KeyRing, value: str) -> str:
        return ring.newest.seal(ring.of_value(value).unseal(value, self.place), self.place)


class _Found(_Kept):
    # While keys are rotated, some rows are still as the key before the newest has sealed them: both are looked for.
    def __init__(self, length: int | None, place: str, key: int = 0) -> None:
        super().__init__(length, place)
        self.key = key

    class comparator_factory(TypeDecorator.Comparator[str]):  # noqa: N801 - SQLAlchemy's name
        @override
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            values = other[0] if other else None
            if op is operators.eq and isinstance(values, str):
                values, op = [values], operators.in_op
            if op is operators.in_op and isinstance(values, Collection):
                own: Any = self.type
                ways = _ways(own.__class__, own.length, own.place)
                return super().operate(op, [literal(value, way) for value in values for way in ways], **kwargs)
            return super().operate(op, *other, **kwargs)


@cache
def _ways(kind: type[_Found], length: int | None, place: str) -> tuple[_Found, ...]:
    """Return the type by the newest key and the one before: kept, for each new type costs SQLAlchemy time."""
    return kind(length, place, 0), kind(length, place, 1)


class Findable(_Found):
    """A text that is sealed on disk and looked up by its value, with == or in_: the same value is stored alike."""

    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        ring = ring_of(dialect)
        key = ring.key(self.key) if self.key else ring.newest
        return None if value is None or key is None else key.find(value, self.place)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else ring_of(dialect).of_value(value).found(value, self.place)

    @override
    def again(self, ring: KeyRing, value: str) -> str:
        return ring.newest.find(ring.of_value(value).found(value, self.place), self.place)


class Blind(_Found):
    """A digest of a sealed column beside it, by which a row is found; `place` names that column."""

    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        ring = ring_of(dialect)
        key = ring.key(self.key) if self.key else ring.newest
        return None if value is None or key is None else key.blind(value, self.place)

"""What proves that a call is the platform's, and the envelope of the encrypted mode."""

import base64
import hmac
import time
from collections.abc import Mapping

from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.base import WeChatCipher
from wechatpy.utils import WeChatSigner

from channels.wechat.markup import fields

# The platform signs when it calls: a signature is good for as long as clocks may differ and it tries again.
FRESH_SECONDS = 600
MOST_BYTES = 64 * 1024


class Forged(Exception):
    """The call is not the platform's: a wrong or stale signature, or another account's message."""


class Envelope:
    """Opens what the platform posts and closes what it is answered, in plain or in AES mode."""

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        """Use the account's token; with an `aes_key` (EncodingAESKey) plain messages are refused."""
        self._token, self._app_id = token, app_id
        self._crypto = WeChatCrypto(token, aes_key, app_id) if aes_key else None

    def check(self, query: Mapping[str, str], now: float) -> None:
        """Check signature, timestamp and nonce of a call. Raises Forged."""
        self._fresh(query, now)
        self._same(query.get("signature", ""), query["timestamp"], query.get("nonce", ""))

    def open(self, query: Mapping[str, str], body: bytes, now: float) -> str:
        """Return the message as XML, as far as it is UTF-8. Raises Forged, and ValueError where the body is none."""
        if len(body) > MOST_BYTES:
            raise ValueError("a message has at most 64 kB")
        self._fresh(query, now)
        text, given, nonce = body.decode(errors="replace"), query["timestamp"], query.get("nonce", "")
        crypto = self._crypto
        if crypto is None:
            self._same(query.get("signature", ""), given, nonce)
            return text
        if query.get("encrypt_type") != "aes":
            raise Forged("this account takes encrypted messages only")
        sealed = fields(text).get("Encrypt", "")
        self._same(query.get("msg_signature", ""), given, nonce, sealed)
        return self._opened(sealed, crypto.key)

    def close(self, xml: str, nonce: str) -> str:
        """Return what an answer looks like on the wire."""
        if self._crypto is None:
            return xml
        return str(self._crypto.encrypt_message(xml, nonce, str(int(time.time()))))

    def _opened(self, sealed: str, key: bytes) -> str:
        """Return what is inside: 16 random bytes, its length in 4 bytes, the XML, the account; padded."""
        try:
            plain: bytes = WeChatCipher(key).decrypt(base64.b64decode(sealed))
        except Exception as error:  # base64, a length that is none of AES's
            raise ValueError("this is no encrypted message") from error
        inside = plain[16 : -plain[-1]] if plain else b""
        ends = 4 + int.from_bytes(inside[:4])
        if len(inside) < ends or inside[ends:] != self._app_id.encode():
            raise Forged("the message is another account's")
        return inside[4:ends].decode(errors="replace")

    def _fresh(self, query: Mapping[str, str], now: float) -> None:
        stamp = query.get("timestamp", "")
        if not stamp.isdecimal() or len(stamp) > 12 or abs(now - int(stamp)) > FRESH_SECONDS:
            raise Forged("the timestamp is missing or too old; check this machine's clock")

    def _same(self, signature: str, *signed: str) -> None:
        signer = WeChatSigner()
        signer.add_data(self._token, *signed)
        if not hmac.compare_digest(signer.signature.encode(), signature.encode()):
            raise Forged("the signature is wrong")


def signed(token: str, timestamp: str, nonce: str) -> dict[str, str]:
    """Return the query of a call as the platform signs it."""
    signer = WeChatSigner()
    signer.add_data(token, timestamp, nonce)
    return {"signature": signer.signature, "timestamp": timestamp, "nonce": nonce}

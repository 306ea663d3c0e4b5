"""What proves that a call is the platform's, and the envelope of the encrypted mode."""

import hmac
import time
from collections.abc import Mapping

from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import WeChatSigner

# The platform signs when it calls: a signature is good for as long as clocks may differ and it tries again.
FRESH_SECONDS = 600
MOST_BYTES = 64 * 1024


class Forged(Exception):
    """The call is not the platform's: a wrong or stale signature, or another account's message."""


class Envelope:
    """Opens what the platform posts and closes what it is answered, in plain or in AES mode."""

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        """Use the account's token; with an `aes_key` (EncodingAESKey) plain messages are refused."""
        self._token = token
        self._crypto = WeChatCrypto(token, aes_key, app_id) if aes_key else None

    def check(self, query: Mapping[str, str], now: float) -> None:
        """Check signature, timestamp and nonce of a call. Raises Forged."""
        self._fresh(query, now)
        self._same(query.get("signature", ""), query["timestamp"], query.get("nonce", ""))

    def open(self, query: Mapping[str, str], body: bytes, now: float) -> str:
        """Return the message as XML. Raises Forged, and ValueError where the body is none."""
        if len(body) > MOST_BYTES:
            raise ValueError("a message has at most 64 kB")
        self._fresh(query, now)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise ValueError("a message is XML in UTF-8") from None
        if self._crypto is None:
            self._same(query.get("signature", ""), query["timestamp"], query.get("nonce", ""))
            return text
        if query.get("encrypt_type") != "aes":
            raise Forged("this account takes encrypted messages only")
        try:
            opened = self._crypto.decrypt_message(
                text, query.get("msg_signature", ""), query["timestamp"], query.get("nonce", "")
            )
        except (InvalidSignatureException, InvalidAppIdException):
            raise Forged("the signature or the account is wrong") from None
        except Exception as error:  # expat, base64, padding: whatever the parsers make of nonsense
            raise ValueError("this is no encrypted message") from error
        return str(opened.decode() if isinstance(opened, bytes) else opened)

    def close(self, xml: str, nonce: str) -> str:
        """Return what an answer looks like on the wire."""
        if self._crypto is None:
            return xml
        return str(self._crypto.encrypt_message(xml, nonce, str(int(time.time()))))

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

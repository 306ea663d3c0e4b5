"""What the documents themselves print, byte for byte."""

import hashlib
from datetime import UTC, datetime

import pytest

from channels.sms.cmpp import Cmpp
from channels.sms.smpp import Smpp
from channels.wechat.envelope import Envelope, Forged

# The platform's sample of a verified address (WeCom's documents; the official accounts' scheme is the same).
SAMPLE = {
    "token": "QDG6eK",
    "aes_key": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    "app_id": "wx5823bf96d3bd56c7",
}
QUERY = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "timestamp": "1409659589",
    "nonce": "263014780",
    "encrypt_type": "aes",
}
SEALED = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
OPENED = "1616140317555161061"

# SMPP 3.4, the document's example of a PDU on the wire: a bind_transmitter.
BIND_TRANSMITTER = bytes.fromhex(
    "0000002F 00000002 00000000 00000001"
    "534D50503354455354 00"  # SMPP3TEST
    "7365637265743038 00"  # secret08
    "5355424D495431 00"  # SUBMIT1
    "50 01 01 00"
)


def test_the_platforms_sample_is_opened() -> None:
    body = f"<xml><ToUserName>{SAMPLE['app_id']}</ToUserName><Encrypt><![CDATA[{SEALED}]]></Encrypt></xml>"
    assert Envelope(**SAMPLE).open(QUERY, body.encode(), now=1409659589) == OPENED
    with pytest.raises(Forged):
        Envelope(**SAMPLE).open(QUERY | {"nonce": "263014781"}, body.encode(), now=1409659589)


def test_our_bind_is_the_documents_but_for_command_version_and_address() -> None:
    ours = Smpp("SMPP3TEST", "secret08", "10086", "SUBMIT1").login(1)
    as_ours = bytearray(BIND_TRANSMITTER)
    as_ours[7] = 0x09  # bind_transceiver
    as_ours[-4:] = b"\x34\x00\x00\x00"  # version 3.4; any number
    assert ours == bytes(as_ours)


def test_cmpps_proof_is_the_documents_formula() -> None:
    # CMPP 3.0, 7.4.1.1: MD5(Source_Addr + nine bytes 0 + shared secret + timestamp), timestamp as MMDDHHMMSS.
    at = datetime(2026, 11, 24, 4, 5, 6, tzinfo=UTC)
    frame = Cmpp("901234", "secret", "10086", lambda: at).login(1)
    stamp = "1124120506"  # Shanghai's clock
    proof = hashlib.md5(b"901234" + b"\0" * 9 + b"secret" + stamp.encode()).digest()
    assert frame[12:18] == b"901234" and proof in frame and int(stamp).to_bytes(4, "big") in frame

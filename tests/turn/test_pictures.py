"""Pictures: what is none is refused, what is kept tells no place, and nobody else sees it."""

import io
import uuid

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from compliance.pictures import MOST_BYTES, SIDE, NoPicture, clean
from tests.turn.conftest import InProcess

GPS, ORIENTATION = 0x8825, 0x0112


def drawn(width: int = 80, height: int = 60, kind: str = "JPEG", **how: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, kind, **how)
    return made.getvalue()


async def signed_in(client: httpx.AsyncClient) -> dict[str, str]:
    return {"X-CSRF": (await client.post("/chat/session")).json()["csrf"]}


async def send(client: httpx.AsyncClient, data: bytes, headers: dict[str, str], name: str = "") -> httpx.Response:
    asked = {"id": name or uuid.uuid4().hex}
    return await client.post("/chat/pictures", params=asked, content=data, headers=headers)


def test_what_a_camera_writes_in_is_not_kept_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    kept = Image.open(io.BytesIO(clean(drawn(80, 60, exif=exif))))
    assert (kept.size, dict(kept.getexif())) == ((60, 80), {})


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "JPEG"])
def test_every_usual_kind_becomes_a_jpeg_of_bounded_size(kind: str) -> None:
    kept = Image.open(io.BytesIO(clean(drawn(SIDE * 2, 100, kind))))
    assert (kept.format, kept.width) == ("JPEG", SIDE)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(NoPicture):
        clean(drawn(9000, 9000, "PNG"))


@given(st.binary(max_size=400), st.integers(0, 600))
def test_bytes_that_are_no_picture_never_do_more_than_be_refused(noise: bytes, cut: int) -> None:
    for data in (noise, drawn()[:cut] + noise, drawn(kind="PNG")[:cut], b"GIF89a" + noise):
        try:
            clean(data)
        except NoPicture as refused:
            assert "请您" in str(refused)


async def test_a_picture_is_one_message_and_its_owner_alone_sees_it(house: InProcess) -> None:
    headers = await signed_in(house.client)
    assert (await send(house.client, drawn(), headers, "picture-1")).json() == {"repeated": False}
    assert (await send(house.client, drawn(), headers, "picture-1")).json() == {"repeated": True}
    async with house.parts.database.read() as db:
        ((picture_id,),) = (await db.exec_driver_sql("select id from picture")).all()
    seen = await house.client.get(f"/chat/pictures/{picture_id}")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    async with house.browser() as stranger:
        await signed_in(stranger)
        assert (await stranger.get(f"/chat/pictures/{picture_id}")).status_code == 404
        assert (await stranger.get(f"/desk/pictures/{picture_id}")).status_code in (401, 303)
    assert (await house.client.get("/chat/pictures/" + "0" * 32)).status_code == 404


@pytest.mark.parametrize(
    ("data", "status"), [(b"", 422), (b"<script>", 422), (drawn()[:100], 422), (b"x" * (MOST_BYTES + 1), 413)]
)
async def test_what_is_no_picture_is_refused_with_a_polite_reason(house: InProcess, data: bytes, status: int) -> None:
    answer = await send(house.client, data, await signed_in(house.client))
    assert (answer.status_code, "请您" in answer.text) == (status, True)


async def test_without_the_pages_own_token_no_picture_is_taken(house: InProcess) -> None:
    await signed_in(house.client)
    assert (await send(house.client, drawn(), {})).status_code in (401, 403, 422)

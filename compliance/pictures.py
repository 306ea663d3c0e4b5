"""Pictures that customers send: looked at before they are kept, and kept as JPEG without what a camera writes in."""

import asyncio
import io
import warnings
from collections.abc import AsyncIterable

from PIL import Image, ImageOps, UnidentifiedImageError

from core.bounded import bounded
from core.errors import Busy
from core.pool import Pool

MOST_BYTES = 10 * 1024 * 1024
TOO_LARGE = "图片超过10MB，请您压缩或者截取后再发送。"
MOST_PIXELS = 40_000_000
# So long a picture may take to come: at 1.5 Mbit/s the largest is there.
_SECONDS = 60
# Pixels that are unpacked at once: THREADS times MOST_PIXELS, whoever sends how many. And files that are kept in memory
# at once, while they come or wait to be unpacked: so many, of MOST_BYTES each.
THREADS, PLACES = 2, 32
_POOL = Pool("pictures", THREADS, PLACES)
# The longer side that is kept, in pixels: a bill stays readable.
SIDE = 2000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class NoPicture(ValueError):
    """What was sent is no picture that can be kept; the message says why, to the customer."""


def clean(data: bytes) -> bytes:
    """Return the picture as JPEG, upright, at most SIDE pixels wide and high, without place and camera.

    It takes a tenth of a second, so it belongs into a thread (see `received`).
    Raises NoPicture for what is too large, too many pixels, or no picture at all, whatever it is called.
    """
    if len(data) > MOST_BYTES:
        raise NoPicture(TOO_LARGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise NoPicture("图片尺寸过大，请您截取后再发送。")
                # Made small first: a JPEG is then unpacked no larger than it will be kept.
                picture.thumbnail((SIDE, SIDE))
                upright = ImageOps.exif_transpose(picture)
                kept = io.BytesIO()
                _on_white(upright).save(kept, "JPEG", quality=85)
                return kept.getvalue()
    except NoPicture:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture("没有识别出图片，请您发送JPG、PNG或者WebP格式的图片。") from error
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:  # what broken files make Pillow raise
        raise NoPicture("图片没有读取成功，请您重新发送一次。") from error


async def received(stream: AsyncIterable[bytes]) -> bytes:
    """Read a picture as it comes, and return it as it is kept.

    Raises TooLong, NoPicture, and Busy where too many are coming at once: then nothing is read.
    """
    with _POOL.place():
        try:
            async with asyncio.timeout(_SECONDS):
                data = await bounded(stream, MOST_BYTES)
        except TimeoutError:
            raise NoPicture("图片没有传完，请您在网络好的地方再试一次。") from None
        return await _POOL.run(clean, data)


async def cleaned(data: bytes | None) -> bytes | None:
    """Return a platform's picture as it is kept, or None where there is none or no room: its message comes without."""
    try:
        with _POOL.place():
            return await _POOL.run(clean, data) if data else None
    except (NoPicture, Busy):
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    seen = picture.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(ground, seen).convert("RGB")

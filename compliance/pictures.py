"""Pictures that customers send: looked at before they are kept, and kept as JPEG without what a camera writes in."""

import asyncio
import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 5 * 1024 * 1024
TOO_LARGE = "图片超过5MB，请您压缩或者截取后再发送。"
MOST_PIXELS = 40_000_000
# The longer side that is kept, in pixels: a bill stays readable.
SIDE = 2000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class NoPicture(ValueError):
    """What was sent is no picture that can be kept; the message says why, to the customer."""


def clean(data: bytes) -> bytes:
    """Return the picture as JPEG, upright, at most SIDE pixels wide and high, without place and camera.

    It takes a tenth of a second, so it belongs into a thread.
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
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((SIDE, SIDE))
                kept = io.BytesIO()
                _on_white(upright).save(kept, "JPEG", quality=85)
                return kept.getvalue()
    except NoPicture:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture("没有识别出图片，请您发送JPG、PNG或者WebP格式的图片。") from error
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:  # what broken files make Pillow raise
        raise NoPicture("图片没有读取成功，请您重新发送一次。") from error


async def cleaned(data: bytes | None) -> bytes | None:
    """Return a picture as it is kept, or None where there is none: the message comes without it."""
    try:
        return await asyncio.to_thread(clean, data) if data else None
    except NoPicture:
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    seen = picture.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(ground, seen).convert("RGB")

"""Charts as pictures, drawn from the numbers in their address: no customer is in it, and nothing is looked up."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

_WIDTH, _ROW, _LEFT, _BAR = 320, 34, 52, 180
Pair = Annotated[str, Query(pattern=r"^\d{1,9}-\d{1,9}$", description="used-total")]

routes = APIRouter(prefix="/charts", include_in_schema=False)


@routes.get("/usage.svg", response_class=Response)
async def usage(data: Pair, voice: Pair, sms: Pair) -> Response:
    """Draw what is left of three allowances."""
    rows = [
        _row(at, name, *(int(part) for part in pair.split("-")))
        for at, (name, pair) in enumerate((("流量", data), ("通话", voice), ("短信", sms)))
    ]
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_ROW * 3 + 8}" '
        f'width="{_WIDTH}" height="{_ROW * 3 + 8}" font-family="sans-serif" font-size="14">'
        f'<rect width="100%" height="100%" rx="8" fill="#ffffff"/>{"".join(rows)}</svg>'
    )
    return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def _row(at: int, name: str, used: int, total: int) -> str:
    """Return a bar: the part that is left is filled, as in a fuel gauge."""
    left = max(total - used, 0) / total if total else 0
    top = at * _ROW + 12
    colour = "#0b66b5" if left > 0.2 else "#b3541e"
    return (
        f'<text x="10" y="{top + 14}" fill="#1d2733">{name}</text>'
        f'<rect x="{_LEFT}" y="{top + 2}" width="{_BAR}" height="14" rx="7" fill="#dde3e8"/>'
        f'<rect x="{_LEFT}" y="{top + 2}" width="{round(_BAR * left)}" height="14" rx="7" fill="{colour}"/>'
        f'<text x="{_LEFT + _BAR + 10}" y="{top + 14}" fill="#1d2733">剩{round(left * 100)}%</text>'
    )

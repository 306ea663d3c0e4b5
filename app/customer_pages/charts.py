"""Charts as pictures, drawn from the numbers in their address: no customer is in it, and nothing is looked up."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

_WIDTH, _ROW, _LEFT, _BAR = 320, 34, 52, 180
# A picture knows no style sheet of the page: these are colours of static/tokens.css (surface, ink, line, charts 1, 2).
_STYLE = (
    "<style>.ground{fill:#fff}.ink{fill:#17202c}.all{fill:#dde2e9}.left{fill:#1a5cc8}.low{fill:#bf6c12}"
    "@media(prefers-color-scheme:dark){.ground{fill:#141920}.ink{fill:#e9edf2}.all{fill:#2a333f}.left{fill:#86b3ff}"
    ".low{fill:#f2a65a}}</style>"
)
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
        f'{_STYLE}<rect width="100%" height="100%" rx="8" class="ground"/>{"".join(rows)}</svg>'
    )
    return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def _row(at: int, name: str, used: int, total: int) -> str:
    """Return a bar: the part that is left is filled, as in a fuel gauge."""
    left = max(total - used, 0) / total if total else 0
    top = at * _ROW + 12
    state = "left" if left > 0.2 else "low"
    return (
        f'<text x="10" y="{top + 14}" class="ink">{name}</text>'
        f'<rect x="{_LEFT}" y="{top + 2}" width="{_BAR}" height="14" rx="7" class="all"/>'
        f'<rect x="{_LEFT}" y="{top + 2}" width="{round(_BAR * left)}" height="14" rx="7" class="{state}"/>'
        f'<text x="{_LEFT + _BAR + 10}" y="{top + 14}" class="ink">剩{round(left * 100)}%</text>'
    )

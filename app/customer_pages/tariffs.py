"""The public price list (R4): every tariff on sale, what is in it and how long it lasts, for everybody to read."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from actions.tariffs import included, kind_words, price_words, rate_words, term_words
from app.customer_pages.pages import shown
from app.here import Here
from backends.orders.port import Kind, PriceList, Tariff

# The order of the tables; what is one of its kind stands in the last.
_ORDER = (
    Kind.CHANGE_PLAN,
    Kind.BUY_PACK,
    Kind.ROAMING,
    Kind.ORDER_BROADBAND,
    Kind.RENEW_BROADBAND,
    Kind.OPEN_SERVICE,
    Kind.REDEEM,
)
_OTHERS = "其他业务"

routes = APIRouter(include_in_schema=False)


@routes.get("/tariffs")
async def tariffs(parts: Here, request: Request) -> HTMLResponse:
    """Show the price list."""
    prices = await parts.orders.price_list()
    return shown(parts, request, "tariffs.html", sheets=_sheets(prices), rates=_rates(prices))


def _sheets(prices: PriceList) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Return each table: its title, and its lines."""
    found = [(kind_words(kind), [each for each in prices.tariffs if each.kind is kind]) for kind in _ORDER]
    found.append((_OTHERS, [each for each in prices.tariffs if each.kind not in _ORDER]))
    return [(title, [_line(each) for each in tariffs]) for title, tariffs in found if tariffs]


def _line(tariff: Tariff) -> tuple[str, ...]:
    name = f"{tariff.name}（限企业办理）" if tariff.enterprise else tariff.name
    return name, price_words(tariff), included(tariff), term_words(tariff)


def _rates(prices: PriceList) -> list[tuple[str, str]]:
    rates = prices.rates
    each = (("国内流量", rates.data, "data"), ("国内通话", rates.voice, "voice"), ("国内短信", rates.sms, "sms"))
    return [(name, rate_words(rate, unit)) for name, rate, unit in each]

"""An invoice as a PDF: one page of A4, marked as the demo's, the same bytes for the same invoice.

The font is one of those that every reader of PDFs has for Chinese (Adobe's STSong-Light, not embedded).
"""

import io
from itertools import batched

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from backends.orders.port import Invoice
from core.clock import SHANGHAI
from core.money import in_capitals, yuan

FONT = "STSong-Light"
DEMO_MARK = "演示票据，不作报销凭证"
_WIDTH, _HEIGHT = A4
_LEFT, _RIGHT = 20 * mm, A4[0] - 20 * mm
_LINE = 8 * mm
# Lines of items on one page; a paper of a year has more.
_ON_A_PAGE = 20


def as_pdf(invoice: Invoice, issuer: str) -> bytes:
    """Return the invoice that `issuer` has written as a PDF; its text can be searched and copied."""
    registerFont(UnicodeCIDFont(FONT))
    written = io.BytesIO()
    page = Canvas(written, pagesize=A4, pageCompression=0, invariant=1)
    page.setTitle(f"电子发票 {invoice.number}")
    page.setAuthor(issuer)
    pages = list(batched(invoice.items, _ON_A_PAGE, strict=False)) or [()]
    for number, items in enumerate(pages, start=1):
        _mark(page)
        y = _head(page, invoice, issuer)
        for item in items:
            page.drawString(_LEFT, y, _fitting(item.name, _RIGHT - _LEFT - 50 * mm))
            page.drawRightString(_RIGHT, y, yuan(item.amount_fen))
            y -= _LINE
        if number == len(pages):
            _foot(page, invoice, y)
        page.setFont(FONT, 9)
        page.drawString(_LEFT, 15 * mm, f"{DEMO_MARK}。第{number}页，共{len(pages)}页。")
        page.showPage()
    page.save()
    return written.getvalue()


def _mark(page: Canvas) -> None:
    """Write the mark across the page, under everything else."""
    page.saveState()
    page.translate(_WIDTH / 2, _HEIGHT / 2)
    page.rotate(35)
    page.setFillGray(0.88)
    page.setFont(FONT, 44)
    page.drawCentredString(0, 0, DEMO_MARK)
    page.restoreState()


def _head(page: Canvas, invoice: Invoice, issuer: str) -> float:
    """Write what stands above the items, and return where they begin."""
    page.setFont(FONT, 20)
    page.drawCentredString(_WIDTH / 2, _HEIGHT - 30 * mm, "通信服务电子发票（演示）")
    page.setFont(FONT, 11)
    made = invoice.made_at.astimezone(SHANGHAI)
    lines = [
        f"发票号码：{invoice.number}",
        f"开票日期：{made.year}年{made.month}月{made.day}日",
        f"购买方名称：{invoice.title}",
        *([f"纳税人识别号：{invoice.tax_number}"] if invoice.tax_number else []),
        f"业务号码：尾号{invoice.tail}",
        f"账期：{invoice.months.replace('..', ' 至 ')}",
        f"销售方名称：{issuer}",
    ]
    y = _HEIGHT - 45 * mm
    for line in lines:
        for row in _rows(line, _RIGHT - _LEFT):
            page.drawString(_LEFT, y, row)
            y -= _LINE
    page.line(_LEFT, y + 2 * mm, _RIGHT, y + 2 * mm)
    y -= _LINE / 2
    page.drawString(_LEFT, y, "项目")
    page.drawRightString(_RIGHT, y, "金额（元）")
    return y - _LINE


def _foot(page: Canvas, invoice: Invoice, y: float) -> None:
    page.line(_LEFT, y + 4 * mm, _RIGHT, y + 4 * mm)
    total = invoice.total_fen
    page.drawString(_LEFT, y - 2 * mm, "合计（小写）")
    page.drawRightString(_RIGHT, y - 2 * mm, f"¥{yuan(total)}")
    capitals = in_capitals(total) if total >= 0 else f"负{in_capitals(-total)}"
    page.drawString(_LEFT, y - 2 * mm - _LINE, f"合计（大写）：{capitals}")


def _rows(text: str, width: float) -> list[str]:
    """Return `text` in rows that are no wider than `width`."""
    rows = [""]
    for character in text:
        if stringWidth(rows[-1] + character, FONT, 11) > width:
            rows.append("")
        rows[-1] += character
    return rows


def _fitting(text: str, width: float) -> str:
    """Return `text`, cut where it is wider than `width`."""
    first, *more = _rows(text, width)
    return f"{first[:-1]}…" if more else first

"""Pictures as evidence of a complaint, through the real engine."""

import io

from PIL import Image

from tests.conftest import Service
from tests.conversations.browser import Browser


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(made, "PNG")
    return made.getvalue()


def test_a_picture_in_the_middle_of_a_complaint_and_one_after_it_are_its_evidence(service: Service) -> None:
    customer = Browser(service, "13800138004")
    assert "用文字说明" in customer.show(picture())
    assert "哪一项费用" in customer.say("我要投诉你们乱扣费")
    assert "继续用文字回答" in customer.show(picture())
    assert "请您核对" in customer.say("上个月扣了我二十块的套餐外流量费，我关着流量的")
    told = customer.say("确认")
    assert "工单号TS" in told
    ((ticket, facts),) = service.sql("select number, facts from complaint_ticket order by opened_at desc limit 1")
    assert "二十块" in facts
    assert service.sql("select count(*) from picture where ticket = ?", ticket) == [(2,)]
    assert ticket in customer.show(picture())
    assert service.sql("select count(*) from picture where ticket = ?", ticket) == [(3,)]

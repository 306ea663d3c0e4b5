"""Advertisement is switched on and off on a page of the subscriber's own."""

import json

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.conftest import Service
from tests.e2e.test_story import picture
from tests.keys import stored

PHONE = "13800138003"


def test_a_subscriber_agrees_takes_it_back_takes_the_own_data_along_and_has_it_erased(
    service: Service, browser: Browser, sender: str
) -> None:
    service.change(f"delete from one_time_code where phone = '{stored(PHONE, 'one_time_code.phone')}'")
    page = browser.new_page()
    page.goto(f"{service.url}/consent")
    expect(page.get_by_text("请您先返回首页登录")).to_be_visible()
    with httpx.Client(base_url=service.url) as client:
        csrf = client.post("/chat/session").json()["csrf"]
        assert client.get("/chat/consents").status_code == 401
        assert client.get("/chat/export").status_code == 401
        client.post("/chat/code", json={"phone": PHONE}, headers={"X-CSRF": csrf})
        given = {"phone": PHONE, "code": service.code(PHONE, "登录验证码")}
        csrf = client.post("/chat/sign-in", json=given, headers={"X-CSRF": csrf}).json()["csrf"]
        page.context.add_cookies([{"name": "kefu_chat", "value": client.cookies["kefu_chat"], "url": service.url}])
        wish = {"purpose": "offers", "channel": "sms", "given": True}
        assert client.post("/chat/consents", json=wish).status_code == 403
        unknown = client.post("/chat/consents", json=wish | {"purpose": "prizes"}, headers={"X-CSRF": csrf})
        assert unknown.status_code == 400
    page.reload()
    offers = page.get_by_role("group", name="优惠活动和套餐推荐")
    expect(offers.get_by_label("短信")).not_to_be_checked()
    offers.get_by_label("短信").check()
    expect(page.get_by_text("已为您保存")).to_be_visible()
    page.reload()
    expect(offers.get_by_label("短信")).to_be_checked()
    expect(offers.get_by_label("微信")).not_to_be_checked()
    offers.get_by_label("短信").uncheck()
    expect(page.get_by_text("已为您保存")).to_be_visible()
    page.reload()
    expect(offers.get_by_label("短信")).not_to_be_checked()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载我的资料").click()
    own = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert own["手机号码"] == PHONE
    assert own["营销信息"][0]["同意"] is False
    assert {"姓名", "套餐", "账单", "会话", "谁看过我的资料"} <= own.keys()
    assert "13800138001" not in json.dumps(own, ensure_ascii=False)
    assert service.sql("select count(*) from audit where action = 'customer.exported'") == [(1,)]
    kept = service.sql("select purpose, channel, given, way, proof from consent order by id")
    assert [row[2] for row in kept] == [1, 0]
    assert all("我同意接收优惠活动" in row[4] for row in kept)
    assert Axe().run(page).response["violations"] == []
    service.say(sender, "查话费", phone=PHONE)
    for answer in ("取消", "确认删除"):  # what can't be undone asks once
        page.get_by_role("button", name="删除我的会话记录").click()
        page.get_by_role("dialog").get_by_role("button", name=answer).click()
    expect(page.get_by_text("已为您删除")).to_contain_text("凭证号")
    proofs = service.sql("select reason, details from audit where action = 'data.erased' and actor = 'customer'")
    assert [(why, json.loads(details)["left"]) for why, details in proofs] == [("wish", 0)]
    own = "select body from message join conversation on conversation.id = conversation_id where closed_for = 'erased'"
    assert {json.loads(body)["text"] for (body,) in service.sql(own)} == {"（内容已按规定删除）"}
    picture(page, "18-consent")
    page.close()

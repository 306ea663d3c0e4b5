"""The service password on its page: set with a code, then it signs in; nobody sets another's."""

import httpx
from playwright.sync_api import Browser, expect

from tests.conftest import Service

PHONE = "13800138002"


def test_a_password_is_set_with_a_code_and_signs_in(service: Service, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{service.url}/password")
    expect(page.get_by_text("请您先返回首页登录")).to_be_visible()
    with httpx.Client(base_url=service.url) as client:
        csrf = client.post("/chat/session").json()["csrf"]
        assert client.post("/chat/password/code", headers={"X-CSRF": csrf}).status_code == 401
        client.post("/chat/code", json={"phone": PHONE}, headers={"X-CSRF": csrf})
        given = {"phone": PHONE, "code": service.code(PHONE, "登录")}
        csrf = client.post("/chat/sign-in", json=given, headers={"X-CSRF": csrf}).json()["csrf"]
        page.context.add_cookies([{"name": "kefu_chat", "value": client.cookies["kefu_chat"], "url": service.url}])
        page.reload()
        expect(page.get_by_text("您已登录：138****8002")).to_be_visible()
        page.get_by_role("button", name="获取验证码").click()
        expect(page.get_by_text("验证码已发送")).to_be_visible()
        page.get_by_label("短信验证码").fill(service.code(PHONE, "业务变更"))
        page.get_by_label("新的服务密码").fill("123456")
        page.get_by_label("再输入一次").fill("123456")
        page.get_by_role("button", name="设置").click()
        expect(page.get_by_text("过于简单")).to_be_visible()
        page.get_by_label("新的服务密码").fill("280164")
        page.get_by_label("再输入一次").fill("280164")
        page.get_by_role("button", name="设置").click()
        expect(page.get_by_text("服务密码已设置成功")).to_be_visible()
    page.close()
    with httpx.Client(base_url=service.url) as client:
        csrf = client.post("/chat/session").json()["csrf"]
        wrong = {"phone": PHONE, "password": "280165"}
        told = client.post("/chat/sign-in/password", json=wrong, headers={"X-CSRF": csrf})
        stranger = {"phone": "13999999999", "password": "280164"}
        assert client.post("/chat/sign-in/password", json=stranger, headers={"X-CSRF": csrf}).json() == told.json()
        right = {"phone": PHONE, "password": "280164"}
        signed_in = client.post("/chat/sign-in/password", json=right, headers={"X-CSRF": csrf}).json()
        assert signed_in["signed_in"] == "138****8002"
    assert "280164" not in service.log()

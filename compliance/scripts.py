"""Sentences of the norm (N6) that are said outside the bot's dialogues; what it says within them is in domain.yml."""

from compliance.nuisance import Step
from core.handover import Reason

HANDING_OVER: dict[Reason, str] = {
    Reason.ASKED: "好的，正在为您转接人工客服，请您稍等。您可以继续说明情况，客服同事都能看到。",
    Reason.NOT_UNDERSTOOD: "抱歉，我没有完全明白您的意思。正在为您转接人工客服，请您稍等。",
    Reason.ANGRY: "非常抱歉给您带来不好的体验，请您别着急。我马上为您转接人工客服，请您稍等，我们会尽力帮您解决。",
    Reason.WORSENING: "抱歉，让您费心了。我马上为您转接人工客服，请您稍等，我们会尽力帮您解决。",
    Reason.RISK: "您别着急，我马上为您转接人工客服，请您稍等。如果您或身边的人正处在危险中，请先拨打110或120。",
    Reason.THREAT: "非常抱歉给您带来困扰，您反映的情况我们非常重视。我马上为您转接人工客服，由专人为您处理，请您稍等。",
    Reason.REPEATED: "非常抱歉，让您再次为这件事联系我们。我马上为您转接人工客服，由专人跟进到底，请您稍等。",
    Reason.SENIOR: "好的，我请人工客服来为您服务，请您稍等。您慢慢说，不着急。",
    Reason.LEVEL: "抱歉，我没有完全明白您的意思。马上为您转接专属人工客服，请您稍等。",
    Reason.BACKEND_DOWN: "非常抱歉，业务系统暂时没有响应，没有为您做任何变更。已为您转接人工客服，请您稍等。",
    Reason.ENGINE_DOWN: "非常抱歉，智能客服暂时没有响应。已为您转接人工客服，请您稍等。",
    Reason.BOT_FAILED: "非常抱歉，智能客服暂时没有响应。已为您转接人工客服，请您稍等。",
}

IN_QUEUE = (
    "您前面还有{ahead}位客户，预计等待约{minutes}分钟。"
    "不想等待时，回复“回电”我们会给您打电话，回复“不等了”由智能客服继续为您服务。"
)
WHO_LOOKED = "近90天客服人员查看您完整姓名和号码的记录：\n{lines}\n如有疑问，请您说“转人工”。"
NOBODY_LOOKED = "近90天没有客服人员查看过您的完整姓名和号码。"
STILL_IN_QUEUE = "感谢您的耐心等待，您前面还有{ahead}位客户，预计还需约{minutes}分钟。"
NEXT_IN_QUEUE = "感谢您的耐心等待，您是下一位，请您再稍等片刻。"
WAITS_TOO_LONG = (
    "非常抱歉让您久等，客服同事仍在为其他客户服务。"
    "您可以回复“回电”，我们会尽快给您打电话，也可以回复“不等了”由智能客服继续为您服务。"
)
CLOSED = (
    "现在不在人工服务时间，我们{when}开始服务。您的留言我们都会看到，届时第一时间与您联系；需要电话联系请回复“回电”。"
)
CLOSED_FOR_LONG = "现在不在人工服务时间。您的留言我们都会看到，并尽快与您联系；需要电话联系请回复“回电”。"
WILL_CALL = "好的，已为您登记回电，人工客服会尽快拨打您的联系电话，请您保持电话畅通。"
CALL_WHERE = "好的，已为您登记回电。请您回复联系电话，人工客服会尽快与您联系。"
WILL_CALL_NUMBER = "好的，已记下这个号码，人工客服会尽快拨打，请您保持电话畅通。"
WILL_NOT_CALL = "好的，已取消回电，您还在排队，请您稍等。不想等待时，请回复“不等了”。"
NOBODY_SERVES = (
    "现在客服同事都不在线，有人上线后会第一时间为您服务。不想等待时，回复“回电”我们会给您打电话，"
    "回复“不等了”由智能客服继续为您服务。"
)
WILL_CALL_LATER = "已为您登记回电，客服同事上线后会尽快打给您，请您保持电话畅通。"
NOTED = "您说的已经记下，客服同事接入后会看到。想先由智能客服办理，请回复“不等了”。"
LEFT_QUEUE = "好的，由智能客服继续为您服务。需要人工时，请您说“转人工”。"
AGENT_GONE = "非常抱歉让您久等，正在为您安排其他同事，请您稍等。"
TRANSFERRED = "为了更好地帮您解决，已为您转接{name}，请您稍等。您前面说的内容，{name}都能看到。"
PASSED_ON = "为了更好地帮您解决，正在为您转接相关同事，请您稍等。您前面说的内容，同事都能看到。"
AGENT_TAKES = "您好，我是人工客服{name}，很高兴为您服务。我已看到您前面的留言，请您稍等。"
AGENT_HANDS_BACK = "人工客服已为您处理完毕，接下来由智能客服继续为您服务。您需要人工时，请说“转人工”。"
AGENT_CLOSES = "感谢您的咨询，本次服务已结束。请您为这次服务评价，祝您生活愉快，再见。"
RATED_GOOD = "感谢您的评价，祝您生活愉快。"
RATED = "感谢您的评价，我们会继续改进。"
RATED_POOR = "很抱歉这次没有让您满意。请您直接说明哪里没有做好，我们一定改进；需要人工服务请说“转人工”。"
NO_WORDS = "抱歉，没有看到文字内容。请您用文字说明要办的事，例如“查话费”“宽带报修”。"
TOO_LONG = "抱歉，您发送的内容较长，我没能全部看完。请您分成几条、每条不超过{limit}字发给我，好吗？"
CODE_BY_SMS = "【客服中心】您的登录验证码是{code}，5分钟内有效。请勿告诉他人，工作人员不会向您索取。"
BIND_CODE_BY_SMS = "【客服中心】您正在绑定账号，验证码是{code}，5分钟内有效。请勿告诉他人，工作人员不会向您索取。"
CHANGE_CODE_BY_SMS = (
    "【客服中心】您的验证码是{code}，用于业务变更：{terms}。5分钟内有效，同意办理再输入。"
    "请勿告诉任何人，工作人员不会向您索取。"
)
RECEIPT_BY_SMS = "【客服中心】您已办理：{terms}。订单号{number}。如非本人操作，请您尽快联系我们。"
REGISTER_CODE_BY_SMS = (
    "【客服中心】您正在登记成为新用户，验证码是{code}，5分钟内有效。请勿告诉他人，工作人员不会向您索取。"
)
REGISTERED_BY_SMS = (
    "【客服中心】您的入网登记已受理，客户编号{identifier}，号码{number}为您保留到{until}。请您本人携带身份证到营业厅领卡，"
    "身份核验以营业厅现场为准。"
)
ID_USED_BY_SMS = (
    "【客服中心】有人用您的身份证登记了新号码{number}。如非本人操作，请您尽快联系我们；"
    "每位机主名下最多{most}个号码，超过的不能领卡。"
)
INVOICE_BY_SMS = "【客服中心】您的电子发票已开好，请在{days}天内打开下载：{link}。演示票据，不作报销凭证。"
PARTNER_ASKS_BY_SMS = (
    "【客服中心】合作方“{partner}”申请{what}。同意请在对方页面输入验证码{code}，5分钟内有效。不同意不用理会，不会提供。"
)
PARTNER_ORDER_BY_SMS = (
    "【客服中心】合作方“{partner}”为您申请办理：{terms}。同意请在对方页面输入验证码{code}，5分钟内有效。"
    "不同意不用理会，不会办理。"
)
PORT_CODE_BY_SMS = (
    "【客服中心】您的携号转网授权码是{code}，60分钟内有效，请提供给携入的运营商。如非本人操作，请您尽快联系我们。"
)
MENDED_BY_SMS = (
    "【客服中心】您的报修{number}已处理完成。恢复正常请回复“修好了”，没有解决请回复“没修好”，我们马上再次上门。"
)
RECHARGED_BY_SMS = "【客服中心】您已成功充值{amount}元，当前话费余额{balance}元。感谢您的使用。"
ANSWERED_BY_SMS = (
    "【客服中心】您的投诉{number}已有答复：{answer}。"
    "满意请回复“投诉的处理我满意”，不满意请回复“对投诉的处理结果不满意”。"
)
OPINION_ANSWERED_BY_SMS = "【客服中心】您的{what}{number}已有答复：{answer}。感谢您关心我们的工作，请您继续监督。"
REFUNDED_BY_SMS = (
    "【客服中心】经核实多收您“{charge}”，已双倍返还{amount}元到您的话费余额。订单号{number}。给您添麻烦了，请您谅解。"
)
NEW_PASSWORD_BY_SMS = "【客服中心】您的服务密码已设置成功。如非本人操作，请您尽快联系我们。"  # noqa: S105 - a sentence
SIGNED_IN = "您好，您已登录成功。请问有什么可以帮您？"
# Channels with accounts of their own: the number is proved once, and then it is known who writes.
BIND_HOW = "为了保护您的信息安全，请您先绑定手机号码：请直接回复您的手机号码，我会发送短信验证码。"
BIND_CODE_SENT = "好的。如果{phone}是我公司的号码，验证码已发送，5分钟内有效，请您回复6位验证码。"
BIND_TOO_OFTEN = "获取验证码太频繁，请您{seconds}秒后再回复一次手机号码。"
BOUND = "已为您绑定{phone}。以后您在这里可以直接查询和办理，需要解除时请回复“解绑”。"
BIND_WRONG = "验证码不正确，请您核对后重新回复。"
BIND_EXPIRED = "验证码已失效，请您重新回复手机号码获取。"
BIND_LOCKED = "验证码错误次数较多，请您重新回复手机号码获取新的验证码。"
UNBOUND = "已为您解除绑定。需要查询和办理时，请您回复“绑定”加手机号码。"
NOT_BOUND = "您在这里还没有绑定手机号码。需要绑定请回复“绑定”加手机号码。"
KEYWORDS = "您可以回复这些指令：\n{lines}"
NO_SERVICES = "您好，您目前没有开通增值业务，不会产生这类费用。"
SERVICES_ON = "您已开通的增值业务：\n{lines}\n退订请回复TF加编号，例如TF1。"
UNSUBSCRIBE_READ_BACK = "请您核对：{terms}。确认请回复短信收到的6位验证码，不退订不用回复。"
UNSUBSCRIBE_REFUSED = "抱歉，这次退订没有办理成功，没有为您做任何变更。请您回复0000重新查看，或者回复RG转人工客服。"
CODE_TOO_OFTEN = "获取验证码太频繁，请您{seconds}秒后再试。"
STOPPED = "已为您登记，今后不再在这里向您发送营销信息；业务办理和安全提醒仍会照常发送。恢复接收请回复KT。"
STARTED = "已为您登记，今后会在这里向您发送优惠活动和套餐推荐。不想接收时请您回复TD。"
START_WHO = "为了保护您的权益，我们只在您同意后发送优惠活动。请您先登录或者绑定手机号码，再回复KT。"
NUISANCE: dict[Step, str] = {
    Step.WARN: (
        "您好，请您文明用语，我们才能更好地为您服务。如果您有业务需要，请您直接说明；继续使用不文明用语的，本次服务将会结束。"
    ),
    Step.END: "很抱歉，多次提醒后仍没有听到您的业务需要，本次服务先到这里。有业务需要时，欢迎您再次联系我们。",
    Step.BLOCK: "很抱歉，由于多次影响正常服务，这里将暂停为您服务至{until}。如有异议，请您到营业厅反映。",
}
BLOCKED = (
    "很抱歉，由于多次影响正常服务，这里已暂停为您服务至{until}。如有异议，请您到营业厅反映。"
    "遇到紧急情况，请您直接拨打110、119或120。"
)
PICTURE_IN_FORM = "图片已收到，会附在您的工单里。请您继续用文字回答上面的问题。"
PICTURE_OF_WHAT = "图片已收到。请您用文字说明要办的事，例如“投诉扣费”“宽带报修”。"
PICTURE_ATTACHED = "图片已收到，已附在您的工单{number}里。"

ALL = (
    *HANDING_OVER.values(),
    *NUISANCE.values(),
    BLOCKED,
    IN_QUEUE,
    WHO_LOOKED,
    NOBODY_LOOKED,
    STILL_IN_QUEUE,
    NEXT_IN_QUEUE,
    WAITS_TOO_LONG,
    CLOSED,
    CLOSED_FOR_LONG,
    WILL_CALL,
    CALL_WHERE,
    WILL_CALL_NUMBER,
    WILL_NOT_CALL,
    NOBODY_SERVES,
    WILL_CALL_LATER,
    NOTED,
    LEFT_QUEUE,
    AGENT_GONE,
    TRANSFERRED,
    PASSED_ON,
    AGENT_TAKES,
    AGENT_HANDS_BACK,
    AGENT_CLOSES,
    RATED_GOOD,
    RATED,
    RATED_POOR,
    NO_WORDS,
    TOO_LONG,
    CODE_BY_SMS,
    BIND_CODE_BY_SMS,
    CHANGE_CODE_BY_SMS,
    RECEIPT_BY_SMS,
    INVOICE_BY_SMS,
    REGISTER_CODE_BY_SMS,
    REGISTERED_BY_SMS,
    ID_USED_BY_SMS,
    PARTNER_ASKS_BY_SMS,
    PARTNER_ORDER_BY_SMS,
    PORT_CODE_BY_SMS,
    MENDED_BY_SMS,
    ANSWERED_BY_SMS,
    OPINION_ANSWERED_BY_SMS,
    NEW_PASSWORD_BY_SMS,
    REFUNDED_BY_SMS,
    RECHARGED_BY_SMS,
    SIGNED_IN,
    PICTURE_IN_FORM,
    PICTURE_OF_WHAT,
    PICTURE_ATTACHED,
    KEYWORDS,
    NO_SERVICES,
    SERVICES_ON,
    UNSUBSCRIBE_READ_BACK,
    UNSUBSCRIBE_REFUSED,
    CODE_TOO_OFTEN,
    STOPPED,
    STARTED,
    START_WHO,
    BIND_HOW,
    BIND_CODE_SENT,
    BIND_TOO_OFTEN,
    BOUND,
    BIND_WRONG,
    BIND_EXPIRED,
    BIND_LOCKED,
    UNBOUND,
    NOT_BOUND,
)

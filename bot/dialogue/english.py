"""What an English customer types at a step: the twins of 确认, 取消, 继续, 重发 and 转人工, as whole messages.

They are closed grammars that the whole message must fit, so nothing that asks, doubts, corrects, sets a condition or
names another thing is among them: "yes but how much is it" and "ok, the other one" are no yes. They need no engine.
"""

import re

from core.language import has_chinese

_POLITE = r"(?:please|pls|thanks|thank you|then|now|just|oh|well|i'm sure|i am sure|for me|right away|straight away)"
_IT = r"(?:it|that|this|so|(?:the|my|this|that) (?:order|change|plan|report|repair|complaint|ticket|purchase|request))"
_RIGHT = r"(?:right|correct|fine|good|ok|okay|perfect)"
_YES = (
    r"(?:(?:yes|yeah|yea|yep|yup)(?: you (?:can|may)| i do)?|sure|ok|okay|of course|certainly|absolutely|definitely"
    rf"|fine|alright|all right|correct|perfect|(?:that's|that is|it's|it is|looks|sounds) {_RIGHT}|that's what i want"
    rf"|(?:i )?(?:do )?(?:confirm|agree|accept|consent|approve)(?: (?:to )?{_IT})?|confirmed|agreed|accepted|approved"
    rf"|(?:let's )?(?:go ahead|proceed)(?: with {_IT})?|go for it|(?:let's )?do {_IT}|please do(?: {_IT})?"
    rf"|submit(?: {_IT})?|works for me|i'm happy with {_IT})"
)
_AGREES = re.compile(rf"(?:{_POLITE} )*{_YES}(?: (?:and )?(?:{_YES}|{_POLITE}))*")
_STOPS = re.compile(
    r"(?:(?:ok|okay|no|nope|nah|please|just|then|sorry|well|actually|oh|let's|could you|i want to|i'd like to) )*"
    rf"(?:cancel(?: {_IT}| everything)?|never ?mind|forget (?:about )?{_IT}|stop(?: {_IT}| here)?|quit|exit|abort"
    rf"|no (?:thanks|thank you)|(?:don't|do not)(?: (?:do|change|proceed with|confirm|submit) {_IT}| bother| proceed)?"
    rf"|i(?:'ve| have)? changed my mind|i (?:don't|do not) want {_IT}(?: any ?more)?|i don't want to|not interested"
    rf"|(?:leave|keep) {_IT}(?: as it is)?|drop {_IT}|call {_IT} off|i decline)"
    r"(?: (?:please|thanks|thank you|then|now|for now))*"
)
_NO = re.compile(r"(?:no|nope|nah|not now|no no|i disagree|i (?:don't|do not) agree|(?:i'd )?rather not)")
_RESUMES = re.compile(
    rf"(?:(?:please|ok|let's) )*(?:continue|go on|carry on|resume|keep going|go back to {_IT})(?: with {_IT}| please)*"
)
_AGAIN = re.compile(
    r"\bre-?send\b|\bsend (?:it|me|the code|a new|another|one)\b|\b(?:new|another|no) code\b|\bexpired\b"
    r"|\b(?:didn't|did not|haven't|have not|hasn't|never|not|don't) (?:get|got|received?|come|arrived?|see)\b"
)
_SOMEBODY = (
    r"(?:an? |the |your |some |any )?(?:real |live |human |actual )?"
    r"(?:agent|human|human being|person|people|representative|rep|operator|staff|customer (?:service|support)|support"
    r"|some(?:one|body)|manager|supervisor)(?: (?:person|agent|representative|staff|rep))?"
)
_PERSON = re.compile(
    r"(?:(?:please|ok|hi|hello|no|just) )*"
    r"(?:(?:can|could|may) i |(?:can|could) you (?:please )?|i (?:want|need|wish|would like) (?:to )?|i'd like (?:to )?"
    r"|let me |give me |get me |i'd rather )?(?:please )?"
    r"(?:(?:speak|talk|chat|be connected|connect|transfer|put)(?: me)?(?: through)?(?: to| with)? )?"
    rf"{_SOMEBODY}(?: please| now| right now| instead| thanks)*"
)
# The named conditions of conditions.py, in English. A ticket is named where only words of its kind follow.
_A_TICKET = r"(?=.*\b(?:complaint|suggestion|repair|ticket|engineer|technician|visit|appointment|report|wx\d|ts\d))"
_NOT_MENDED = (
    r"\bnot (?:been )?(?:fixed|mended|solved|resolved|satisfied|happy|working)\b|\b(?:un|dis)satisfied\b|\breopen\b"
    r"|\bstill (?:broken|down|not|doesn't|no)\b|\b(?:broken|down) again\b"
)
_MENDED = rf"(?!.*(?:{_NOT_MENDED})|.*\?).*\b(?:satisfied|fixed|mended|solved|resolved|close the ticket|works now)\b"
_WITHDRAW = (
    r"(?<!don't )(?<!do not )\b(?:withdraw|cancel|call off)\b|\bno longer (?:need|want)|\bdon't (?:come|need to come)\b"
    r"|\bneedn't come\b"
)
_DAY = (
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|weekend|next week|morning|afternoon|another day"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december))\b"
)
_MOVE_VISIT = (
    rf"\b(?:change|move|switch|shift|put)\b.{{0,30}}\b(?:to|till|until|on|for)\b.{{0,12}}{_DAY}"
    rf"|\bcome\b.{{0,20}}{_DAY}.{{0,20}}\binstead\b|\binstead\b.{{0,20}}{_DAY}"
    rf"|\b(?:can't|cant|cannot|can not|not available|not home|not at home|busy)\b.{{0,12}}{_DAY}|"
    r"\breschedule\b|\bpostpone\b|\b(?:change|move) (?:the |my )?(?:time|visit|appointment|date)\b"
    r"|\b(?:another|different|earlier|later) (?:day|time|date)\b|\b(?:earlier|later)\b"
)
_NO_COMPLAINT = (
    r"\b(?:no|not|isn't|don't|dont|do not|didn't)"
    r"(?: (?:a|an|any|want|wanted|wish|to|make|file|need|mean|about|the|my|this|really))* complain(?:t|ing)?\b"
)
_NO_WISH_TO_COMPLAIN = rf"{_NO_COMPLAINT}|{_WITHDRAW}|\b(?:how|where) (?:can|do|could|to)\b|\balready complained\b"
_TOLD = r"\b(?:report\w*|ticket|told you|filed)\b"
_REPORTED = (
    rf"\balready\b.{{0,15}}{_TOLD}|{_TOLD}.{{0,20}}\balready\b"
    r"|\b(?:have|got) (?:my|the|this|a) (?:report|ticket)\b"
)
_MONEY_BACK = r"\b(?:refund\w*|compensat\w*|money back|credit|reimburse\w*)\b"
_WANTS_A_REPAIR = r"\b(?:send|want|need|please|come)\b.{0,25}\b(?:repair|fix|engineer|technician)\b"
_ANOTHER = r"\b(?:another|also|again|a different|a second)\b"
_ADD = r"\badd (?:to|that|something|more)\b|\b(?:add|also)\b.*\b(?:ticket|complaint)\b|\bforgot to (?:say|mention)\b"
# Things on sale, and one of them that fits the own use.
_ON_SALE = r"(?:plans?|packs?|packages?|broadband)"
_FITS_ME = r"\b(?:suits?|fits?|right|best|good|better)\b.{0,15}\b(?:me|my use|my usage)\b|\brecommend|\bsaves? me\b"
_OTHER_THAN_PLANS = r"\b(?:packs?|roaming|broadband|promotions?|offers?|second number|membership)\b"
# Who calls a charge wrong complains, and does not ask what it is.
_CALLED_WRONG = (
    r"\b(?:complain|complaint|refund|wrong|wrongly|never|unauthori[sz]ed|cheat\w*|scam|fraud|didn't|did not)\b"
)
_ASKS_WHY = r"\b(?:why|how come|where .*\bcomes? from|what for|what (?:is|was|are|were)|what's|which days?)\b"
_CHARGE = r"\b(?:out of plan|out-of-plan|charged?|charges|fees?|yuan|cny|membership|ringback|caller id|beyond)\b"
_WHO_ASKS = r"\?|\b(?:what|which|how|when|can i|may i|could i|is|are|do|does|did|why|not|don't|never|taken|joined)\b"
# One's own data, and not what it is used for.
_MY_DATA = (
    r"\bmy (?:own |personal |account )*(?:data|information|info|records)\b(?! (?:usage|use|pack|plan|allowance|left))"
)
_SAID_HERE = r"\b(?:chats?|conversations?|messages|dialogues?)\b(?:,? (?:history|records?|logs?))?"
_BECOMES = (
    r"(?:become (?:an? |your |one of your )*(?:new )?(?:customer|subscriber)s?"
    r"|(?:get|buy|apply for|open|order|have)(?: (?:an?|one|new|first|mobile|phone|sim))* (?:card|number|account|sim)"
    r"|(?:register|sign up|join)"
    r"(?: (?:as|an?|the|your|new|with|for|company|network|customer|you|online|here|please))*)"
)
_WOULD = (
    r"(?:(?:hi|hello|please|here|how (?:can|do|could|would) i|where (?:can|do) i|(?:can|could|may) i"
    r"|i(?:'d| would)? like to|i (?:want|need) to) )*"
)
_THE_MOST = r"(?:cheapest|dearest|biggest|largest|smallest|fastest|slowest|best|most|least|fewest)"
_PRICE = r"\b(?:much|rates?|costs?|charged?|price)\b"
_BEYOND = r"\b(?:beyond|over|exceed\w*|out of|outside) (?:the |a )?plan\b"
_MAY_I_HAVE = r"\b(?:can|could|may|should) (?:i|we) (?:have|get|order|subscribe|add)\b"
_OF_MINE = (
    r"(?:\b(?:on|for) (?:my|our) (?:number|phone|line|account|sim|card)s?\b"
    r"|\b(?:do|am|are) (?:i|we) (?:have|pay|paying|subscribed)\b|\b(?:i|we) (?:have|pay for)\b)"
)
_SAYS = {
    "undo": r"\bundo\b|\brevert\b|\btake (?:it|that) back\b",
    "language": rf"^(?:(?:{_POLITE}|no|sorry|hi|hello|can|could|do|you|u|we|me|i|speak|write|reply|say|use|in|to) )*"
    rf"english(?: {_POLITE}| only)*\??$",
    "cancel_it": rf"^(?:(?:{_POLITE}|ok|yes|no|can|could|you|u|i|want|to) )*(?:cancel|stop|remove|turn off) {_IT}"
    rf"(?: {_POLITE})*\??$",
    "own_services": rf"^(?!.*{_MAY_I_HAVE}).*{_OF_MINE}",
    "roaming_is_on": r"\b(?:is|if|whether)\b.{0,12}\broaming\b.{0,12}\b(?:on(?! (?:the|my|our))|active|enabled)\b",
    "numbers_called": r"\b(?:numbers?|who|whom)\b.{0,12}\b(?:i|we) (?:have )?called\b|\blist of (?:my |the )?calls\b",
    "repeat": r"^(?:(?:please|can you|could you) )*(?:(?:say|repeat) (?:that|it)(?: again)?|repeat|pardon)\??$",
    "resume": r"^(?!.*\bwhy\b).*\b(?:restore|resume|reactivate|unsuspend|found (?:my|the) phone|back on)\b",
    "stop": r"^(?!.*\bwhy\b).*\b(?:suspend|lost|stolen|block|freeze)\b",
    "puk": r"\bpuk\b|\bunlock\b|\b(?:sim|card)\b.*\blocked\b",
    "move": r"\b(?:move|moving|relocate)\b",
    "renew": r"\brenew(?:al)?\b",
    "line": r"^(?!.*\brenew).*\b(?:expires?|until when|when does|how fast|what speed|which broadband)\b",
    "redeem": r"\b(?:redeem|exchange)\b",
    "details": r"\bcall (?:details|records?|log|history)\b|\bitemi[sz]ed\b",
    "transfer": r"\btransfer\b|\bchange (?:of |the )?owner",
    "new_number": r"\b(?:second|new|another|extra|additional) (?:phone |mobile )?(?:number|line)\b",
    "not_mended": rf"^{_A_TICKET}.*(?:{_NOT_MENDED})",
    "add_to_ticket": rf"^{_A_TICKET}.*(?:{_ADD})",
    "move_visit": rf"^{_A_TICKET}(?!.*(?:{_WITHDRAW})).*(?:{_MOVE_VISIT})",
    "withdraw": rf"^{_A_TICKET}.*(?:{_WITHDRAW})",
    "mended": rf"^{_A_TICKET}{_MENDED}",
    "not_mended_after_all": _NOT_MENDED,
    "others": r"\b(?:others?|else|cheaper|cheapest|recommend"
    r"|(?:which|what|any|more|bigger|larger) (?:ones?|plans?|packs?|services?))\b",
    "another": _ANOTHER,
    "a_figure": r"\b(?:balance|money|yuan|data|minutes|messages|points|bill|plan)\b",
    "withdraw_it": _WITHDRAW,
    "complains": rf"^(?!.*(?:{_NO_WISH_TO_COMPLAIN})).*"
    r"(?:\b(?:i|we|i'd|i'll|want|wanna|let me|please)\b.{0,25}\bcomplain\b"
    r"|\b(?:file|make|lodge|open|raise|submit|register|want|have|this is) (?:a |an |my |this )?(?:\w+ )?complaint\b"
    r"|^(?:a )?complaint\b(?! (?:status|progress|number|ticket)))",
    "no_complaint": _NO_COMPLAINT,
    "no_report": rf"^(?!.*(?:{_WANTS_A_REPAIR}|{_ANOTHER})).*(?:{_REPORTED}|{_MONEY_BACK})",
    "no_longer": rf"{_WITHDRAW}|{_REPORTED}"
    r"|^(?:(?:oh|ok|it|it's|is|has|the \w+) )*(?:works?|working|fixed|recovered|back|fine)"
    r"(?: (?:now|again|already|thanks|to normal))*$",
    "move_it": _MOVE_VISIT,
    "add_to_it": _ADD,
    "progress": r"\b(?:progress|status|how long|how many (?:days|hours)|when (?:will|is|does|do|are|can)"
    r"|how is (?:it|my)|any (?:news|update))\b",
    "paid": r"\b(?:paid|arrived|link)\b",
    "tried": r"\b(?:tried|restarted|rebooted|unplugged)\b",
    "title": r"\bcompany\b|\btax (?:number|id)\b|\bvat\b",
    "on_sale": rf"^(?!.*(?:{_FITS_ME}))(?!.*\bmy\b).*(?:\b{_THE_MOST}\b.*\b{_ON_SALE}\b|\b{_ON_SALE}\b.*\b{_THE_MOST}\b"
    r"|\b(?:what|which|any|all|list|other)\b.{0,20}\b(?:plans|packs|packages)\b|\b(?:tariffs?|price list|prices)\b"
    rf"|{_BEYOND}.*{_PRICE}|{_PRICE}.*{_BEYOND})",
    "best_plan": rf"^(?!.*{_OTHER_THAN_PLANS}).*(?:{_FITS_ME})",
    "until_when": r"\b(?:expires?|expiry|valid (?:until|till)|until when|runs? out|lapses?)\b"
    r"|\bend of (?:the|this) month\b",
    "runs_until": r"^(?=.*\b(?:my|i|i've|contract)\b).*(?:\b(?:expires?|expiry|valid|end date)\b|\buntil when\b"
    r"|\bwhen (?:do|does|will|is) .*\b(?:ends?|over|expire|run out)\b"
    r"|\bhow (?:long|many days)\b.*\b(?:left|valid|lasts?)\b)",
    "outage_there": r"^(?:(?:hi|hello|please|excuse me)[, ]*)?(?:is|are) there (?:an? |any )?(?:known )?"
    r"(?:network|internet|broadband|mobile|signal|tv) (?:outages?|faults?|problems?|disruptions?)"
    r"(?: (?:right now|now|today|at the moment|currently|here|nearby|around here|in (?:my|this|our) area))*\W*$",
    "charge": rf"^(?!.*{_CALLED_WRONG})(?=.*{_ASKS_WHY}).*{_CHARGE}",
    "why_charged": rf"^(?!.*{_CALLED_WRONG}).*{_ASKS_WHY}",
    "never_ordered": r"\b(?:never|didn't|did not|haven't|have not|not me)\b.*"
    r"\b(?:order|subscrib|agree|buy|bought|sign|use|ask)|\bwithout (?:my|asking)\b|\bunauthori[sz]ed\b",
    "accused": r"\b(?:complain|complaint|overcharg\w*|unreasonable|scam|cheat\w*|compensat\w*)\b",
    "take": rf"^(?!.*(?:{_WHO_ASKS})).*"
    r"\b(?:take|join|claim|enrol|sign (?:me )?up|i want|i'd like|i would like|give me|get me)\b",
    "special_invoice": r"\bspecial (?:vat )?invoice\b|\bvat special\b",
    "export_own_data": r"\b(?:export|download|back ?up|copy of|copies of)\b.{0,20}"
    rf"(?:{_MY_DATA}|\bmy {_SAID_HERE})",
    "erase_own_words": r"\b(?:erase|delete|remove|clear|wipe)\b.{0,20}"
    rf"(?:{_MY_DATA}|\b(?:my|our|this|the|all) {_SAID_HERE})",
    "take_consent_back": r"\b(?:withdraw|revoke|take back|cancel)\b.{0,20}"
    r"\b(?:consents?|authori[sz]ations?|permissions?)\b(?! codes?)",
    "become_a_customer": rf"^{_WOULD}{_BECOMES}\??$",
    "several": r"\b(?:two|three|four|five|[2-9])(?: of (?:them|these|those|it)|(?: \w+){0,2} (?:packs|packages))\b"
    r"|\btwice\b"
    r"|\b(?:need|want|take|order|buy|get|it's|its) (?:two|three|[2-3])(?: please| then)*$",
    "once_more": r"^(?:(?:ok|okay|yes|please|and|now|then|i|want|need|give me|order|get|buy|redeem|do) )*"
    r"(?:another(?: one)?|one more|(?:the )?same(?: one)? again)(?: (?:please|pls|thanks|too))*$",
    "is_stopped": r"\b(?:is|was|has|did)n?'?t?\b(?: (?:it|my|the|this|that|our|phone|mobile|sim|card|number|line"
    r"|really|been|already|now|you|u))+ (?:block|stop|suspend|frozen|lock)(?:ped|ed)?"
    r"(?: (?:it|my|the|phone|number|sim))*(?: (?:now|already|yet|or not|or no))*\??$",
    "passport": r"\bpassport\b|\bforeigner\b",
    "no_proof": r"\b(?:don't|dont|do not|didn't|never|no|forgot|forget|forgotten|not|can't|cant|cannot|without|lost)\b"
    r".{0,25}\b(?:passwords?|sms|codes?|id)\b",
    "payment_apps": r"\b(?:wechat|alipay|bank|payments?|wallets?)\b",
    "once_stopped": r"\bstill (?:be called|call|receive|get calls|make|take|go online|use)\b|\bfrom whom\b"
    r"|\b(?:who|thief|somebody|someone|anyone|anybody|they|people|others?)\b.{0,20}"
    r"\b(?:us(?:e|es|ing)|calls?|spends?|texts?|messages?)\b",
    "booking": r"\b(?:book|booking|appointment|reserve)\b",
}
_PUNCTUATION = re.compile(r"[\s.,!;:~…]+")


def _said(text: str) -> str:
    """Return a message in small letters without punctuation; one that asks keeps its question mark."""
    return _PUNCTUATION.sub(" ", text.lower().replace("’", "'")).strip()


def agrees(text: str) -> bool:
    """Return whether a whole message is an explicit English yes to what was read back.

    >>> [agrees(text) for text in ("Yes, please.", "confirm", "OK do it", "go ahead with the change", "that's right")]
    [True, True, True, True, True]
    >>> [agrees(text) for text in ("yes?", "yes but not today", "ok how much", "yes, the 129 one", "I guess")]
    [False, False, False, False, False]
    """
    return _AGREES.fullmatch(_said(text)) is not None


def stops(text: str) -> bool:
    """Return whether a whole message breaks off.

    >>> [stops(text) for text in ("Cancel", "never mind, thanks", "I changed my mind", "cancel the video membership")]
    [True, True, True, False]
    """
    return _STOPS.fullmatch(_said(text)) is not None


def refuses(text: str) -> bool:
    """Return whether a whole message says no to what was read back, or breaks it off."""
    return _NO.fullmatch(_said(text)) is not None or stops(text)


def resumes(text: str) -> bool:
    """Return whether a whole message wants to go on with what is open."""
    return _RESUMES.fullmatch(_said(text)) is not None


def wants_the_code_again(text: str) -> bool:
    """Return whether a message says that the code has not come, or is to be sent again.

    >>> wants_the_code_again("I didn't get it"), wants_the_code_again("resend"), wants_the_code_again("what code?")
    (True, True, False)
    """
    return _AGAIN.search(_said(text)) is not None


def wants_a_person(text: str) -> bool:
    """Return whether a whole message asks for a person.

    >>> [wants_a_person(text) for text in ("agent", "Can I talk to a real person please", "the agent was rude")]
    [True, True, False]
    """
    return _PERSON.fullmatch(_said(text).rstrip("? ")) is not None


# Words of a question that names nothing: how long does it take, what do I need to bring, is it free.
_OF_NO_THING = """
    how what when where who which much many long do does is are will would can could should must may i we you it they
    that this one the a to of for in at on and or so then there take takes need needed bring get go come start begin
    cost costs pay price fee fees free charge charged have has had be my me any anything else with from after before
    done work ready back days hours minutes day hour documents papers id card somebody someone myself it's what's
    how's about exactly please again money
"""
_NO_THING = frozenset(_OF_NO_THING.split())


def names_nothing(text: str) -> bool:
    """Return whether an English question names nothing, so that it is about what was told last.

    >>> names_nothing("How long does it take?"), names_nothing("and what do I need"), names_nothing("what about eSIM")
    (True, True, False)
    """
    words = _said(text).replace("?", " ").split()
    return bool(words) and all(word in _NO_THING for word in words)


def says(name: str, text: str) -> bool:
    """Return whether a named condition (conditions.py) holds of an English message.

    >>> says("undo", "please undo it"), says("mended", "the repair is not fixed"), says("no_longer", "It works now!")
    (True, False, True)
    """
    pattern = _SAYS.get(name)
    return pattern is not None and not has_chinese(text) and re.search(pattern, _said(text)) is not None

"""What Telegram posts: an update, once more until it is acknowledged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from channels.labels import label, place
from channels.telegram import CAN, NAME
from compliance.pictures import MOST_BYTES
from core.message import EDITED, Incoming

# What a tap on the menu means in words.
_COMMANDS = {"/start": "你好", "/help": "你能帮我做什么", "/agent": "转人工"}
# What the thread calls what has no words, by the field in which it comes; the first one that there is. The names that
# stand beside it are fields of its own.
_CALLED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sticker": ("表情", ("emoji",)),
    "animation": ("动图", ("file_name",)),
    "voice": ("语音", ()),
    "audio": ("音频", ("performer", "title", "file_name")),
    "video": ("视频", ("file_name",)),
    "video_note": ("小视频", ()),
    "photo": ("图片", ()),
    "document": ("文件", ("file_name",)),
    "contact": ("名片", ("last_name", "first_name", "phone_number")),
    "poll": ("投票", ("question",)),
    "dice": ("骰子", ("emoji",)),
    "game": ("游戏", ("title",)),
    "story": ("动态", ()),
    "checklist": ("清单", ("title",)),
    "paid_media": ("付费内容", ()),
}
# What stands in every message, whatever it is.
_ABOUT = frozenset(
    (
        *("message_id", "date", "edit_date", "chat", "from", "sender_chat", "via_bot", "author_signature"),
        *("message_thread_id", "is_topic_message", "is_automatic_forward", "is_from_offline", "has_protected_content"),
        *("forward_from", "forward_from_chat", "forward_from_message_id", "forward_signature", "forward_sender_name"),
        *("forward_date", "forward_origin", "reply_to_message", "reply_to_story", "external_reply", "quote"),
        *("media_group_id", "has_media_spoiler", "show_caption_above_media", "effect_id", "reply_markup"),
        *("sender_boost_count", "sender_business_bot", "business_connection_id", "paid_star_count"),
        *("entities", "caption_entities", "link_preview_options", "text", "caption"),
    )
)
# What the app or Telegram itself tells us: nobody has said anything.
_EVENTS = frozenset(
    (
        *("pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "connected_website"),
        *("new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo"),
        *("group_chat_created", "supergroup_chat_created", "channel_chat_created", "chat_background_set"),
        *("migrate_to_chat_id", "migrate_from_chat_id", "users_shared", "user_shared", "chat_shared", "boost_added"),
        *("successful_payment", "refunded_payment", "invoice", "proximity_alert_triggered", "web_app_data"),
        *("video_chat_scheduled", "video_chat_started", "video_chat_ended", "video_chat_participants_invited"),
    )
)


def receive(update: Mapping[str, Any], at: datetime) -> Incoming | None:
    """Return the message of an update, or None for what is none of ours: groups, events.

    What has no words (a sticker, a voice message) is a message without text, which is answered with a request for
    words; the thread shows what it is. Whatever else is missing or odd, what has come from a private chat is kept.
    Raises ValueError for what is no update at all.
    """
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("an update has an update_id")
    if press := _part(update, "callback_query"):
        chat = _private(_part(press, "message"))
        return _incoming(chat, number, _words(press, "data"), at, label("按钮")) if chat else None
    if later := _part(update, "edited_message"):
        return _edited(later, number, at)
    said = _part(update, "message")
    chat = _private(said)
    if chat is None or _EVENTS & said.keys():
        return None
    text = _words(said, "text") or _words(said, "caption") or _spoken(said)
    incoming = _incoming(chat, number, _COMMANDS.get(text.partition(" ")[0], text), at, _label(said))
    group = said.get("media_group_id")
    if not isinstance(group, str | int):
        return incoming
    album = f"album:{group}:"
    return replace(incoming, album=album, external_id=f"{album}{number}")


def _edited(said: Mapping[str, Any], number: int, at: datetime) -> Incoming | None:
    """Return the later wording of a message, or None where it is no matter of words (a place that moves).

    It says nothing of its own: whoever corrects an old "yes" does not agree to what is asked now.
    """
    chat, words = _private(said), _words(said, "text") or _words(said, "caption")
    if chat is None or not words:
        return None
    shown = label("修改为") + words[: CAN.longest]
    return replace(_incoming(chat, number, "", at, shown), external_id=f"{EDITED}{number}")


def photo(update: Mapping[str, Any]) -> str | None:
    """Return the file id of the largest size of a picture that is no bigger than we keep, or None."""
    said = _part(update, "message")
    file = _part(said, "document")
    if str(file.get("mime_type", "")).startswith("image/"):  # sent as a file, for its quality
        sizes: Any = [file]
    else:
        sizes = said.get("photo")
    kept = [size for size in sizes if _small_enough(size)] if isinstance(sizes, list) else []
    return str(kept[-1]["file_id"]) if kept else None


def pressed(update: Mapping[str, Any]) -> str | None:
    """Return the id of the button press that wants to be acknowledged, or None."""
    query = update.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) and "id" in query else None


def _small_enough(file: Any) -> bool:
    size = file.get("file_size", 0) if isinstance(file, Mapping) and "file_id" in file else None
    return isinstance(size, int) and size <= MOST_BYTES


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object within another, an empty one where it is missing or none."""
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


def _words(of: Mapping[str, Any], name: str) -> str:
    found = of.get(name)
    return found if isinstance(found, str) else ""


def _private(message: Mapping[str, Any]) -> int | None:
    """Return the id of the private chat in which a message stands, or None. Groups have ids below 0."""
    chat = _part(message, "chat")
    number = chat.get("id")
    private = isinstance(number, int) and number > 0 and chat.get("type", "private") == "private"
    return number if private else None


def _spoken(said: Mapping[str, Any]) -> str:
    """Return what is as good as words: the name of a place, and the sender's own number from the phone's contacts."""
    if venue := _part(said, "venue"):
        return "我的位置：" + " ".join(filter(None, (_words(venue, "title"), _words(venue, "address"))))
    contact, sender = _part(said, "contact"), _part(said, "from").get("id")
    own = sender is not None and contact.get("user_id") == sender
    return _words(contact, "phone_number") if own else ""


def _label(said: Mapping[str, Any]) -> str:
    for name, (what, names) in _CALLED.items():
        if name in said:
            thing = _part(said, name)
            return label(what, *(thing.get(each) for each in names))
    if "location" in said:
        where = _part(said, "location")
        return place(where.get("latitude"), where.get("longitude"))
    unlisted = sorted(said.keys() - _ABOUT)
    return label("其他消息", *unlisted[:1]) if unlisted else label("空白消息")


def _incoming(chat_id: int, update_id: int, text: str, at: datetime, shown: str) -> Incoming:
    return Incoming(NAME, str(chat_id), str(update_id), text[: CAN.longest + 1], at, acts_as=NAME, label=shown)

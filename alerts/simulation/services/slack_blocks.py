"""What Slack demands of blocks: the part of it that ``slack_sdk.models.blocks`` leaves to the server."""

from collections.abc import Iterator
from typing import Any

BLOCKS = 50
_TEXT_TYPES = ("plain_text", "mrkdwn")
_RICH_SECTIONS = ("rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list")
_RICH_PARTS = ("text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date")


def complaints(blocks: Any) -> list[str]:
    """Return what is wrong, in Slack's words with its JSON pointers; empty where the blocks are taken."""
    if not isinstance(blocks, list):
        return ["[ERROR] must be a list [json-pointer:/blocks]"]
    found = [f"[ERROR] no more than {BLOCKS} items allowed [json-pointer:/blocks]"] if len(blocks) > BLOCKS else []
    block_ids: set[str] = set()
    for i, block in enumerate(blocks):
        at = f"/blocks/{i}"
        check = _CHECKS.get(block.get("type", "")) if isinstance(block, dict) else None
        if check is None:
            found.append(
                f"[ERROR] unsupported type: {block.get('type') if isinstance(block, dict) else block} [{_at(at)}]"
            )
            continue
        found += check(block, at)
        if (name := block.get("block_id")) is not None:
            if name in block_ids or not 0 < len(name) <= 255:
                found.append(f"[ERROR] block_id must be unique and of 1 to 255 characters [{_at(at + '/block_id')}]")
            block_ids.add(name)
    return found


def _at(pointer: str) -> str:
    return f"json-pointer:{pointer}"


def _text(value: Any, at: str, limit: int, types: tuple[str, ...] = _TEXT_TYPES) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"[ERROR] missing required field: text [{_at(at)}]"
    elif value.get("type") not in types:
        yield f"[ERROR] unsupported type: {value.get('type')} [{_at(at + '/type')}]"
    elif not isinstance(value.get("text"), str) or not value["text"]:
        yield f"[ERROR] must be more than 0 characters [{_at(at + '/text')}]"
    elif len(value["text"]) > limit:
        yield f"[ERROR] must be less than {limit + 1} characters [{_at(at + '/text')}]"


def _header(block: dict[str, Any], at: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{at}/text", 150, ("plain_text",))


def _section(block: dict[str, Any], at: str) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is not None or not fields:
        yield from _text(block.get("text"), f"{at}/text", 3000)
    if fields and len(fields) > 10:
        yield f"[ERROR] no more than 10 items allowed [{_at(at + '/fields')}]"
    for i, field in enumerate(fields or ()):
        yield from _text(field, f"{at}/fields/{i}", 2000)


def _context(block: dict[str, Any], at: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 0 < len(elements) <= 10:
        yield f"[ERROR] 1 to 10 items allowed [{_at(at + '/elements')}]"
    for i, element in enumerate(elements):
        if element.get("type") == "image":
            yield from _image(element, f"{at}/elements/{i}")
        else:
            yield from _text(element, f"{at}/elements/{i}", 3000)


def _image(block: dict[str, Any], at: str) -> Iterator[str]:
    if not str(block.get("image_url", "")).startswith(("https://", "http://")) or len(block["image_url"]) > 3000:
        yield f"[ERROR] invalid url [{_at(at + '/image_url')}]"
    if not 0 < len(block.get("alt_text") or "") <= 2000:
        yield f"[ERROR] alt_text must be of 1 to 2000 characters [{_at(at + '/alt_text')}]"


def _actions(block: dict[str, Any], at: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 0 < len(elements) <= 25:
        yield f"[ERROR] 1 to 25 items allowed [{_at(at + '/elements')}]"
    action_ids = [element.get("action_id") for element in elements]
    for i, element in enumerate(elements):
        here = f"{at}/elements/{i}"
        if element.get("type") != "button":
            yield f"[ERROR] unsupported type: {element.get('type')} [{_at(here + '/type')}]"
            continue
        yield from _button(element, here)
        if element.get("action_id") in action_ids[:i]:
            yield f"[ERROR] `action_id` {element.get('action_id')} already exists [{_at(here + '/action_id')}]"


def _button(element: dict[str, Any], at: str) -> Iterator[str]:
    yield from _text(element.get("text"), f"{at}/text", 75, ("plain_text",))
    for name, limit in (("action_id", 255), ("value", 2000), ("url", 3000)):
        if len(element.get(name) or "") > limit:
            yield f"[ERROR] must be less than {limit + 1} characters [{_at(f'{at}/{name}')}]"
    if "url" in element and not element["url"].startswith(("https://", "http://")):
        yield f"[ERROR] invalid url [{_at(at + '/url')}]"
    if element.get("style") not in {None, "primary", "danger"}:
        yield f"[ERROR] invalid style [{_at(at + '/style')}]"
    if confirm := element.get("confirm"):
        for name, limit in (("title", 100), ("confirm", 30), ("deny", 30)):
            yield from _text(confirm.get(name), f"{at}/confirm/{name}", limit, ("plain_text",))
        yield from _text(confirm.get("text"), f"{at}/confirm/text", 300)


def _rich_text(block: dict[str, Any], at: str) -> Iterator[str]:
    sections = block.get("elements") or []
    if not sections:
        yield f"[ERROR] must have more than 0 items [{_at(at + '/elements')}]"
    for i, section in enumerate(sections):
        if section.get("type") not in _RICH_SECTIONS:
            yield f"[ERROR] unsupported type: {section.get('type')} [{_at(f'{at}/elements/{i}')}]"
            continue
        for j, part in enumerate(section.get("elements") or ()):
            here = f"{at}/elements/{i}/elements/{j}"
            if part.get("type") not in (_RICH_SECTIONS if section["type"] == "rich_text_list" else _RICH_PARTS):
                yield f"[ERROR] unsupported type: {part.get('type')} [{_at(here)}]"
            elif part["type"] == "text" and not part.get("text"):
                yield f"[ERROR] must be more than 0 characters [{_at(here + '/text')}]"


def _divider(_block: dict[str, Any], _pointer: str) -> Iterator[str]:
    yield from ()


_CHECKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "image": _image,
    "actions": _actions,
    "rich_text": _rich_text,
    "divider": _divider,
}

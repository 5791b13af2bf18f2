"""The names of a zip's entries, whoever wrote them.

A zip says of each name whether it is UTF-8, by a flag or in the extra field 0x7075 of Info-ZIP. Where it says neither,
the name has the code page of its writer's computer, and which one it is nobody says. It is guessed from all the names
together: each code page that can be meant decodes them, and the text that looks most like words wins.
"""

import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_NAME_BYTES = 4_000
"""Bytes of a name. Real ones are shorter; longer ones are not read."""
_MOST_SAMPLED = 20_000
"""Bytes of names from which the code page is guessed."""

_IS_UTF8 = 0x800
"""The bit of an entry's flags that says so."""
_UNICODE_PATH = 0x7075
"""The extra field with a name in UTF-8 and the checksum of the entry's own name."""

ZIPS_OWN = "cp437"
"""The code page of the format itself, MS-DOS's."""


@dataclass(frozen=True)
class _CodePage:
    """A code page that Windows has or had as its default.

    Attributes:
        name: Python's.
        about: shown to the visitor.
    """

    name: str
    about: str


# Of equal scores the first wins.
_CODE_PAGES = (
    _CodePage("gbk", "GBK (simplified Chinese)"),
    _CodePage("cp932", "Shift-JIS (Japanese)"),
    _CodePage("big5", "Big5 (traditional Chinese)"),
    _CodePage("cp949", "code page 949 (Korean)"),
    _CodePage("cp866", "code page 866 (Cyrillic)"),
    _CodePage("cp1251", "code page 1251 (Cyrillic)"),
    _CodePage(ZIPS_OWN, "code page 437 (the zip's own)"),
    _CodePage("cp850", "code page 850 (Western European)"),
    _CodePage("cp1252", "Latin-1 (Western European)"),
    _CodePage("cp1250", "code page 1250 (Central European)"),
)

# Syllables and characters that are frequent in running text, and in names of folders.
_FREQUENT_HANZI = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小心多天而能好都"
    "然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知样现分将外但身些与高意进法此"
    "猫狗鸟马牛羊鱼花草树木车船机房山水火土金石红黄蓝绿白黑苹果香蕉橙西瓜葡萄草莓训练测试验证图片照类别男女猪鸡鸭兔鼠龙虎"
    "貓鳥馬魚車機蘋圖類龍雞"
)
_FREQUENT_HANGUL = frozenset(
    "이다는의에가을고를지하은한기사도로시리자어아서인나수그대해있일들라정제부게보장상원주전만동조소우스구여무선유안공경"
    "성미비오양개고양이강아지사과새말소꽃차나무물배집"
)
_WESTERN, _FREQUENT_WESTERN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüß", "äöüßéèàçñáíóúêâãôÄÖÜÉÁÇ"
_CENTRAL = "ąćęłńśźżčďěňřšťůžőűăşţđý"


def names_of(entries: Sequence[zipfile.ZipInfo]) -> tuple[list[str], str]:
    """The names of a zip's entries, and a note if their code page had to be guessed.

    Args:
        entries: of a zip's directory, untrusted.

    Returns:
        A name for each entry, empty for one that is too long or has none. The note names the code page; it is empty if
        every name is ASCII or UTF-8.
    """
    raw = [_raw(entry) for entry in entries]
    said = [_said(entry, name) for entry, name in zip(entries, raw, strict=True)]
    unsaid = [name for name, known in zip(raw, said, strict=True) if known is None]
    page = _guessed(unsaid)
    names = [
        name.decode(page.name, "replace") if known is None else known for name, known in zip(raw, said, strict=True)
    ]
    is_told = page.name != "utf-8" and any(not name.isascii() for name in unsaid)
    return names, f"names read as {page.about}, which is a guess: the zip does not say" if is_told else ""


def _raw(entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a name, up to its first zero; empty if there are too many."""
    encoding = "utf-8" if entry.flag_bits & _IS_UTF8 else ZIPS_OWN
    name = entry.orig_filename.partition("\0")[0].encode(encoding, "replace")
    return name if len(name) <= MAX_NAME_BYTES else b""


def _said(entry: zipfile.ZipInfo, raw: bytes) -> str | None:
    """The name as far as the zip says its encoding; None if it does not."""
    if entry.flag_bits & _IS_UTF8:
        return raw.decode("utf-8", "replace")
    return _unicode_path(entry.extra, raw) if not raw.isascii() or entry.extra else None


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the extra field 0x7075, if there is one and it belongs to this name."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        content = extra[place + 4 : place + 4 + size]
        place += 4 + size
        if kind != _UNICODE_PATH or not 5 < len(content) <= MAX_NAME_BYTES or content[0] != 1:
            continue
        # A program that does not know the field may have changed the name and left the field.
        if struct.unpack_from("<I", content, 1)[0] != zlib.crc32(raw):
            continue
        try:
            return content[5:].decode("utf-8").partition("\0")[0]
        except UnicodeDecodeError:
            continue
    return None


_UTF8 = _CodePage("utf-8", "UTF-8")


def _guessed(names: Iterable[bytes]) -> _CodePage:
    """The code page that all these names have most likely."""
    parts = sorted({part for name in names if not name.isascii() for part in name.replace(b"\\", b"/").split(b"/")})
    sample, size = [], 0
    for part in parts:
        if not part.isascii() and size < _MOST_SAMPLED:
            sample.append(part)
            size += len(part)
    # Text in another code page is hardly ever valid UTF-8, unless it is as short as one letter.
    if all(_decoded(part, _UTF8) is not None for part in sample):
        return _UTF8
    scores = {page: _score(sample, page) for page in _CODE_PAGES}
    return max(_CODE_PAGES, key=lambda page: scores[page])


def _decoded(part: bytes, page: _CodePage) -> str | None:
    try:
        return part.decode(page.name)
    except UnicodeDecodeError:
        return None


def _score(sample: Sequence[bytes], page: _CodePage) -> float:
    """How much names look like words in a code page: 1 if every letter does, far below 0 if the bytes are not of it."""
    total, count = 0.0, 0
    for part in sample:
        text = _decoded(part, page)
        if text is None:
            return -100.0
        for place, letter in enumerate(text):
            if not letter.isascii():
                # A character of two bytes counts as often as two of one.
                weight = len(letter.encode(page.name, "replace"))
                before, after = text[place - 1 : place], text[place + 1 : place + 2]
                total += weight * _likelihood(letter, before, after, page)
                count += weight
    return total / max(1, count)


def _likelihood(letter: str, before: str, after: str, page: _CodePage) -> float:
    """How likely a character is beside its neighbours, from 1.1 down to −3."""
    if unicodedata.category(letter)[0] not in "LM":
        return -3.0
    script = unicodedata.name(letter, "").partition(" ")[0]
    is_beside_ascii = any(near.isascii() and near.isalpha() for near in (before, after))
    if script in ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "HALFWIDTH", "FULLWIDTH"):
        return _of_east_asia(letter, script, page)
    if script == "CYRILLIC" and page.name in ("cp866", "cp1251"):
        # The letters of Serbian and the like are seldom, and stand where other code pages have signs.
        small = letter.lower()
        is_known = "а" <= small <= "я" or small in "ёіїєґ"
        rare = 0.2 * (small not in "оеаинтсрвлкмдпуяыьгзбчй")
        return (_of_case(letter, before) - rare if is_known else -0.5) - 1.5 * is_beside_ascii
    if script == "LATIN" and page.name not in ("gbk", "cp932", "big5", "cp949", "cp866", "cp1251"):
        small = letter.lower()
        known = _WESTERN + (_CENTRAL if page.name == "cp1250" else "")
        rare = 0.2 * (letter not in _FREQUENT_WESTERN)
        return (_of_case(letter, before) - rare if small in known else -1.0) - (0.0 if is_beside_ascii else 0.6)
    return -2.0


def _of_case(letter: str, before: str) -> float:
    """Small letters are likelier than capitals, and capitals do not follow small ones."""
    if not letter.isupper():
        return 1.0
    return -1.0 if before.islower() else 0.8


def _of_east_asia(letter: str, script: str, page: _CodePage) -> float:
    first, *rest = letter.encode(page.name)
    second = rest[0] if rest else 0
    if page.name == "gbk":
        # The 3,755 characters of GB 2312's first level; the second level is seldom, the extension hardly used.
        level = 0.75 if 0xB0 <= first <= 0xD7 and second >= 0xA1 else 0.1 if first >= 0xD8 and second >= 0xA1 else -1.5
        return 1.1 if letter in _FREQUENT_HANZI else level
    if page.name == "big5":
        level = 0.55 if 0xA4 <= first <= 0xC6 else -0.5
        return 1.05 if letter in _FREQUENT_HANZI else level
    if page.name == "cp949":
        level = 0.6 if script == "HANGUL" and 0xB0 <= first <= 0xC8 and second >= 0xA1 else -1.0
        return 1.1 if letter in _FREQUENT_HANGUL else level
    if page.name == "cp932":
        if script in ("HIRAGANA", "KATAKANA"):
            return 1.1
        # Half-width katakana are single bytes, as which the bytes of many code pages can be read.
        level = -0.4 if not rest else 0.7 if 0x88 <= first <= 0x97 else -0.2
        return 1.05 if rest and letter in _FREQUENT_HANZI else level
    return -2.0

"""Names of a zip's entries in the code page of their writer."""

import struct
import zipfile
import zlib

import numpy as np
import pytest

from vizcore.datasets.zip_names import MAX_NAME_BYTES, names_of


def entry(raw: bytes, *, is_utf8: bool = False, extra: bytes = b"") -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(raw.decode("utf-8" if is_utf8 else "cp437", "replace"))
    info.flag_bits, info.extra = 0x800 if is_utf8 else 0, extra
    return info


def unicode_path(name: bytes, *, of: bytes, version: int = 1) -> bytes:
    content = struct.pack("<BI", version, zlib.crc32(of)) + name
    return struct.pack("<HH", 0x5455, 5) + bytes(5) + struct.pack("<HH", 0x7075, len(content)) + content


FOLDERS = {
    "gbk": [
        ["猫", "狗"],
        ["鸟", "鱼"],
        ["苹果", "香蕉"],
        ["训练集", "测试集"],
        ["垃圾", "可回收"],
        ["健康", "病害"],
        ["斑马", "长颈鹿"],
    ],
    "cp932": [
        ["猫", "犬"],
        ["りんご", "バナナ"],
        ["ネコ", "イヌ"],
        ["自動車", "飛行機"],
        ["桜", "梅"],
        ["東京タワー", "富士山"],
    ],
    "big5": [["貓", "狗"], ["蘋果", "香蕉"], ["汽車", "飛機"]],
    "cp949": [["고양이", "강아지"], ["사과", "바나나"], ["자동차", "비행기"]],
    "cp866": [["кошка", "собака"], ["Кошки", "Собаки"], ["яблоко", "груша"], ["КОТ", "ПЁС"], ["дом", "лес"]],
    "cp1251": [["кошка", "собака"], ["Кошки", "Собаки"], ["КОТЫ", "ПСЫ"], ["дом", "лес"], ["їжак", "кіт"]],
    "latin-1": [
        ["Käfer", "Hund"],
        ["éléphant", "chat"],
        ["pájaro", "niño"],
        ["Öl", "Wasser"],
        ["maçã", "pêra"],
        ["Weiß", "Grün"],
    ],
    "cp437": [["Käfer", "Hund"], ["éléphant", "chat"], ["pájaro", "niño"], ["Äpfel", "Birnen"]],
    "cp850": [["maçã", "limão"], ["coração", "flor"]],
    "cp1250": [["černý", "bílý"]],
}


@pytest.mark.parametrize(
    ("encoding", "folders"), [(encoding, each) for encoding, every in FOLDERS.items() for each in every]
)
def test_names_are_read_in_the_code_page_of_their_writer_and_it_is_said(encoding: str, folders: list[str]) -> None:
    wanted = [f"{folder}/{index}.png" for folder in folders for index in range(3)]
    names, note = names_of([entry(name.encode(encoding)) for name in wanted])
    assert names == wanted
    assert note.startswith("names read as ")
    assert "guess" in note


@pytest.mark.parametrize("folders", [["猫", "狗"], ["Ka\u0308se", "dog"], ["кот"]])
def test_utf8_needs_no_flag_and_no_note(folders: list[str]) -> None:
    for is_utf8 in (False, True):
        assert names_of([entry(name.encode(), is_utf8=is_utf8) for name in folders]) == (folders, "")
    assert names_of([entry(b"cat/1.png")]) == (["cat/1.png"], "")


def test_one_name_that_is_utf8_by_chance_is_read_as_the_others() -> None:
    assert "猫".encode("gbk").decode("utf-8") == "è"
    assert names_of([entry(name.encode("gbk")) for name in ("猫", "狗")])[0] == ["猫", "狗"]
    # The flag of one says nothing about another.
    mixed = [entry("猫".encode(), is_utf8=True), entry("кошка".encode("cp866")), entry("собака".encode("cp866"))]
    assert names_of(mixed)[0] == ["猫", "кошка", "собака"]


def test_the_extra_field_goes_before_every_guess() -> None:
    raw = b"???/1.png"
    field = unicode_path("猫/1.png".encode(), of=raw)
    assert names_of([entry(raw, extra=field)]) == (["猫/1.png"], "")
    raw = "кошка".encode("cp1251")
    assert names_of([entry(raw, extra=unicode_path("кошка".encode(), of=raw))]) == (["кошка"], "")


@pytest.mark.parametrize(
    "extra",
    [
        unicode_path(b"x", of=b"another name"),
        unicode_path(b"x", of=b"dog", version=2),
        unicode_path(b"\xff\xfe", of=b"dog"),
        unicode_path(b"", of=b"dog"),
        unicode_path(b"x" * (MAX_NAME_BYTES + 1), of=b"dog"),
        unicode_path(b"x", of=b"dog")[:-3],
        b"\x75\x70",
        b"\x75\x70\xff\xff\x01",
    ],
)
def test_an_extra_field_that_does_not_hold_or_is_broken_is_no_name(extra: bytes) -> None:
    assert names_of([entry(b"dog", extra=extra)]) == (["dog"], "")


def test_names_end_at_a_zero_and_enormous_ones_are_none() -> None:
    assert names_of([entry(b"\0x.png"), entry(b"a\0b"), entry(b"a" * (MAX_NAME_BYTES + 1))])[0] == ["", "a", ""]


def test_any_bytes_give_names() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        entries = [
            entry(random.bytes(int(random.integers(0, 40))), extra=random.bytes(int(random.integers(0, 30))))
            for _ in range(3)
        ]
        names, _ = names_of(entries)
        assert len(names) == 3

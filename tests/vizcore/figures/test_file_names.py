"""Names of files: readable, safe, and different for whatever is different."""

import re
from itertools import product

from vizcore.figures.file_names import file_stem

TRICKY = ("", "a", "A", "a-b", "a_b", "a/b", "a\\b", "..", "a" * 40, "a" * 40 + "b", "Дрозд", "name.keras")


def test_no_two_views_have_the_same_name_on_any_system() -> None:
    texts = [(shown, apart) for shown in product(TRICKY, repeat=3) for apart in ((), ("a",), ("", "a"))]
    names = {file_stem(shown, apart=apart).casefold() for shown, apart in texts}
    assert len(names) == len(texts)


def test_a_name_is_safe_and_short_whatever_it_is_made_of() -> None:
    for shown in product((*TRICKY, 'C:\\con<>:"|?*\0', "  ", "../../etc", ".hidden"), repeat=2):
        name = file_stem(shown)
        assert re.fullmatch(r"[\w+][\w.+-]*", name)
        assert len(name) < 255 / 3
        assert not re.search(r"\.(?!\d)", name)


def test_a_person_reads_what_it_is_made_of() -> None:
    name = file_stem(["flowers.keras", "star", "gain-1.50", "block1/conv", "", "locked"])
    assert re.fullmatch(r"flowers_keras-star-gain-1\.50-block1_conv-locked-[0-9a-f]{8}", name)
    assert name == file_stem(["flowers.keras", "star", "gain-1.50", "block1/conv", "", "locked"])

"""A part of a page: made when it is asked for, drawn with what was made."""

from collections.abc import Callable

from ui.parts.part import Part, on_screen, parts_of


def test_a_part_computes_nothing_until_it_is_made_and_knows_the_longer_way_when_it_is_drawn() -> None:
    done: list[str] = []

    def making(name: str) -> Callable[[], dict[str, str]]:
        def make() -> dict[str, str]:
            done.append(f"made {name}")
            return {"value": name}

        return make

    part = Part("one", making("short"), lambda *, key, value: done.append(f"drew {key} {value}"), making("long"))
    draw = part.made()
    assert done == ["made long"]
    draw()
    part.show()
    assert done == ["made long", "drew one long"] * 2
    assert part.make() == {"value": "short"}


def test_only_what_follows_is_looked_for_on_the_screen() -> None:
    follows, stays = (Part(key, dict, print, follows=key == "follows") for key in ("follows", "stays"))
    assert on_screen([follows, stays], {"follows", "stays", "another"}) == [follows]
    assert on_screen([follows, stays], {"follows-too"}) == []


def test_a_page_has_the_parts_of_all_its_sections_from_top_to_bottom() -> None:
    class Named:
        def __init__(self, *keys: str) -> None:
            self.keys = keys

        def parts(self) -> list[Part]:
            return [Part(key, dict, print) for key in self.keys]

        def show(self) -> None:
            raise AssertionError("nothing is drawn by asking")

    assert [part.key for part in parts_of([Named("a", "b"), Named(), Named("c")])] == ["a", "b", "c"]

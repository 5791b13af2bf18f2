"""What a visitor has is there again after a reload or a lost connection, for that visitor alone and for a while."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest

from tests.ui.apps import PAGES, brought, opened, result_of, visitor
from tests.ui.jobs.trainings import FEW, QUICK, always
from tests.ui.test_pages import captions, png
from ui.cached.keeping import keeper as keeper_of_the_process
from ui.jobs.training import TrainingJob
from ui.session.keeping import MINUTES_KEPT, Belongings, Keeper
from ui.session.picture import choose_own, chosen_picture, own_picture, picture_stayed_behind
from ui.session.streamlit_internals import is_connected, session_id
from ui.session.training import keep_training_job, training_job
from ui.session.visit import come_back, keep_belongings, lost_key, visit_key
from ui.values import OWN, CurrentPicture
from vizcore.training.result import Plan


def picture(name: str = "mine.png", *, num_bytes: int = 0) -> CurrentPicture:
    return CurrentPicture(OWN, name, name, (), (7, 5), np.zeros((5, 7, 3), np.uint8), bytes(num_bytes))


def job() -> TrainingJob:
    return TrainingJob(Plan(FEW, QUICK), is_there=always)


@dataclass
class World:
    """Visitors who are connected, and the time."""

    connected: set[str] = field(default_factory=set)
    now: float = 0.0

    def keeper(self, **limits: int) -> Keeper:
        return Keeper(lambda owner: owner in self.connected, clock=lambda: self.now, **limits)


def test_who_comes_back_finds_everything_and_the_visit_goes_on() -> None:
    world = World({"before"})
    keeper, mine = world.keeper(), Belongings(picture(), job())
    keeper.keep("key", "before", mine)
    world.connected = {"after"}
    assert keeper.claim("key", "after") == (mine, True)
    assert keeper.claim("key", "other") == (Belongings(mine.picture), False)
    # Once more, as after a second reload.
    world.connected = {"last"}
    assert keeper.claim("key", "last") == (mine, True)


def test_a_duplicated_tab_gets_what_never_changes_and_no_training() -> None:
    world = World({"first", "second"})
    keeper, mine = world.keeper(), Belongings(picture(), job())
    keeper.keep("key", "first", mine)
    assert keeper.claim("key", "second") == (Belongings(mine.picture), False)
    # The first one is still the owner.
    world.connected = {"third"}
    assert keeper.claim("key", "third") == (mine, True)


@pytest.mark.parametrize("key", ["", "ke", "key ", "other"])
def test_another_key_finds_nothing(key: str) -> None:
    keeper = World().keeper()
    keeper.keep("key", "before", Belongings(picture()))
    assert keeper.claim(key, "after") == (Belongings(), False)


def test_what_is_left_is_forgotten_after_the_time_that_the_page_says() -> None:
    world = World({"before"})
    keeper, mine = world.keeper(), Belongings(picture())
    keeper.keep("key", "before", mine)
    # While the visitor is connected no time passes.
    world.now = 10_000.0
    keeper.forget_old()
    world.connected = set()
    world.now += 60 * MINUTES_KEPT
    assert keeper.claim("key", "after") == (mine, True)
    world.now += 60 * MINUTES_KEPT + 1
    assert keeper.claim("key", "later") == (Belongings(), False)


@pytest.mark.parametrize("limits", [{"most": 2}, {"most_bytes": 2 * (105 + 1000) + 500}])
def test_of_what_is_too_much_the_oldest_goes_first_and_nothing_of_who_is_there(limits: dict[str, int]) -> None:
    world = World({"here"})
    keeper = world.keeper(**limits)
    for number, name in enumerate(("here", "a", "b", "c")):
        world.now = float(number)
        keeper.keep(name, name, Belongings(picture(num_bytes=1000)))
    world.now = 10.0
    keeper.forget_old()
    found = [name for name in ("here", "a", "b", "c") if keeper.claim(name, name)[1]]
    assert found == ["here", "b", "c"]


def left(keeper: Keeper) -> str:
    """The key of a visit that had a picture and a training."""

    def act() -> str:
        choose_own(picture())
        keep_training_job(job())
        assert keep_belongings(keeper)
        return visit_key()

    key: str = result_of(visitor(), act)
    return key


def test_a_new_session_of_the_tab_has_the_picture_and_the_training_of_the_old_one() -> None:
    keeper = World().keeper()
    key = left(keeper)

    def act() -> tuple[object, ...]:
        chosen_picture()
        is_behind = picture_stayed_behind()
        come_back(keeper, key)
        training = training_job()
        assert training is not None
        # The training ends some time after its visitor has left: that is the new session now, not the old one.
        asked = training.is_there
        assert isinstance(asked, partial)
        assert (asked.func, asked.args) == (is_connected, (session_id(),))
        return is_behind, chosen_picture(), own_picture().name, picture_stayed_behind(), visit_key() == key

    assert result_of(visitor(picture=OWN), act) == (True, OWN, "mine.png", False, True)


@pytest.mark.parametrize("key", [None, 7, "", "x" * 101, ["a"], {"a": 1}])
def test_an_invalid_key_of_the_browser_is_ignored(key: object) -> None:
    def act() -> str:
        come_back(World().keeper(), key)
        return lost_key()

    assert result_of(visitor(), act) == ""


def test_what_is_brought_before_the_old_things_come_back_is_newer() -> None:
    keeper = World().keeper()
    key = left(keeper)

    def act() -> tuple[str, bool]:
        choose_own(picture("newer.png"))
        come_back(keeper, key)
        own = own_picture()
        return own.name if own else "", training_job() is None

    assert result_of(visitor(), act) == ("newer.png", True)


def test_keys_of_two_visits_differ_and_nothing_is_kept_of_who_has_nothing() -> None:
    keeper = World().keeper()
    keys = {result_of(visitor(), visit_key) for _ in range(3)}
    assert len(keys) == 3
    assert min(len(key) for key in keys) >= 32
    assert result_of(visitor(), lambda: keep_belongings(keeper)) is False


def test_every_page_keeps_the_picture_and_says_for_how_long() -> None:
    app = brought(opened(PAGES[1]), "mine.png", png(np.full((5, 7, 3), 9, np.uint8)))
    assert f"up to {MINUTES_KEPT} minutes after you left" in captions(app)
    key = app.run().session_state["_visit"]
    belongings, goes_on = result_of(visitor(), lambda: keeper_of_the_process().claim(key, "test session id"))
    assert goes_on
    assert belongings.picture.name == "mine.png"

"""The Train page without a browser: options, links, zips."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tests.ui import apps
from tests.ui.apps import PAGES, ROOT, components, elements, opened
from tests.ui.jobs.trainings import FEW, QUICK, ended
from tests.ui.test_pages import captions, png
from ui.jobs.queue import JobQueue
from ui.jobs.training import TrainingJob
from ui.session.uploads import Arrived
from vizcore.training.result import Plan

TRAIN = "pages/3_Train.py"


def tables(app: AppTest) -> str:
    return "\n".join(block.value for block in app.markdown)


def pictures_named(app: AppTest) -> list[str]:
    """What stands below the small pictures, in their order."""
    images = [one for one in elements(app.main) if one.type == "image"]
    return [image.caption for one in images for image in one.proto.imgs]


def archive(**folders: int) -> bytes:
    """A zip of folders with so many pictures each; "__" in a name is a slash."""
    random = np.random.default_rng(4)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, number in folders.items():
            for index in range(number):
                pixels = random.integers(0, 256, (12, 16, 3), dtype=np.uint8)
                file.writestr(f"{name.replace('__', '/')}/{index}.png", png(pixels))
    return buffer.getvalue()


def brought(content: bytes, name: str = "mine.zip", *, app: AppTest | None = None) -> AppTest:
    app = app or opened(TRAIN, data="own zip")
    app.session_state["_arrived-archive"] = Arrived(name, content, len(content))
    return app.run()


def start(app: AppTest) -> bool:
    """Whether a training can be started."""
    return not next(button for button in app.button if "tart" in button.label).disabled


def test_the_page_opens_with_what_needs_no_network() -> None:
    app = opened(TRAIN)
    assert not app.exception
    assert not app.error
    assert app.segmented_control(key="data").value == "Shapes"
    assert [app.selectbox(key=key).value for key in ("pictures", "batch", "rate")] == [4000, 64, 0.002]
    assert (app.number_input(key="epochs").value, app.toggle(key="augment").value) == (4, False)
    assert "1,000 others to test with" in captions(app)
    assert start(app)


def test_the_whole_choice_comes_from_the_link() -> None:
    app = opened(TRAIN, data="CIFAR-10", pictures="20000", epochs="12", batch="128", rate="0.001", augment="true")
    assert not app.exception
    assert app.segmented_control(key="data").value == "CIFAR-10"
    assert [app.selectbox(key=key).value for key in ("pictures", "batch", "rate")] == [20_000, 128, 0.001]
    assert (app.number_input(key="epochs").value, app.toggle(key="augment").value) == (12, True)


@pytest.mark.parametrize(
    "hostile",
    [
        {"data": "MNIST", "pictures": "-1", "epochs": "1e9", "batch": "0", "rate": "nan", "augment": "perhaps"},
        {"data": "<script>", "pictures": "4001", "epochs": "0", "batch": "1024", "rate": "-0.001", "augment": "2"},
        {"data": "", "pictures": "", "epochs": "", "batch": "", "rate": "", "augment": ""},
        {"epochs": "3.5", "rate": "1e400", "pictures": "٣", "batch": "16,32"},
    ],
)
def test_what_is_invalid_in_a_link_is_ignored(hostile: dict[str, str]) -> None:
    app = opened(TRAIN, **hostile)
    assert not app.exception
    assert not app.error
    assert app.segmented_control(key="data").value == "Shapes"
    assert start(app)


def test_a_number_that_these_pictures_do_not_have_becomes_the_usual_one() -> None:
    app = opened(TRAIN, data="CIFAR-10", pictures="200")
    assert not app.exception
    assert app.selectbox(key="pictures").value in (10_000, None)
    assert "2,000 others" in captions(app)


def test_with_other_pictures_come_the_options_that_suit_them() -> None:
    app = opened(TRAIN)
    app.segmented_control(key="data").set_value("CIFAR-10").run()
    assert not app.exception
    assert [app.selectbox(key=key).value for key in ("pictures", "batch", "rate")] == [10_000, 64, 0.001]
    assert (app.number_input(key="epochs").value, app.toggle(key="augment").value) == (10, True)
    app.segmented_control(key="data").set_value("Shapes").run()
    assert [app.selectbox(key=key).value for key in ("pictures", "batch", "rate")] == [4000, 64, 0.002]
    assert (app.number_input(key="epochs").value, app.toggle(key="augment").value) == (4, False)


def test_the_choices_stay_when_the_page_is_switched() -> None:
    app = opened(TRAIN, data="CIFAR-10", epochs="7")
    app.switch_page(PAGES[1]).run()
    app.switch_page(TRAIN).run()
    assert app.segmented_control(key="data").value == "CIFAR-10"
    assert app.number_input(key="epochs").value == 7


def test_what_cifar10_costs_is_said_before_it_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    app = opened(TRAIN, data="CIFAR-10")
    assert "170,498,071 bytes" in captions(app)
    assert "Download 170 MB and start" in [button.label for button in app.button]
    monkeypatch.setenv("VIZCORE_CIFAR10", str(tmp_path))
    app.run()
    assert "170,498,071" not in captions(app)
    assert "operator" in captions(app)


def test_a_zip_is_shown_by_its_classes_and_can_be_trained_on() -> None:
    app = opened(TRAIN, data="own zip")
    assert not app.exception
    assert not start(app)
    app = brought(archive(apples=9, pears=7))
    assert not app.exception
    assert not app.error
    assert "mine.zip" in captions(app)
    assert "14 pictures to learn from, 2 to test with" in captions(app)
    assert start(app)
    # It stays while other pages are looked at; the file itself is not kept.
    app.switch_page(PAGES[1]).run()
    app.switch_page(TRAIN).run()
    assert "14 pictures to learn from" in captions(app)
    assert "_arrived-archive" not in app.session_state


def test_what_was_understood_of_a_zip_is_shown_before_the_start() -> None:
    app = brought(
        archive(Train__apples=9, Train__pears=7, valid__apples=3, valid__pears=2, test__apples=1, test__pears=4)
    )
    assert not app.exception
    assert "16 pictures to learn from, 5 to test with, 5 to choose by: measured after every epoch" in captions(app)
    shown = tables(app)
    for line in (
        "- **Train** to learn from",
        "- **valid** to choose by: measured after every epoch",
        "- **test** to test with, at the end",
        "| Class | learn | choose | test |",
        "| apples | 9 | 3 | 1 |",
        "| pears | 7 | 2 | 4 |",
    ):
        assert line in shown.splitlines()
    assert pictures_named(app) == ["apples"] * 3 + ["pears"] * 3
    assert start(app)
    app = brought(archive(train__a_b=9, train__pears=7, test=3))
    assert "left out: its 3 pictures are in no folders of the classes" in tables(app)
    # Names of folders are no Markdown.
    assert "| a&#95;b | 8 | 1 |" in tables(app)
    plain = brought(archive(apples=9, pears=7))
    assert "| apples | 8 | 1 |" in tables(plain)
    assert "- **" not in tables(plain)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no zip at all", "not a zip file"),
        (archive(apples=9), "one folder of pictures"),
        (archive(apples=9, pears=1), "pears"),
        (archive(), "no pictures in folders"),
        (archive(apples=9, pears=7)[:-60], "not a zip file"),
    ],
)
def test_a_zip_that_cannot_be_used_gets_a_sentence(content: bytes, words: str) -> None:
    app = brought(content, "bad*name*.zip")
    assert not app.exception
    assert len(app.error) == 1
    assert words in app.error[0].value
    assert not start(app)
    # The next good one takes the sentence away.
    brought(archive(apples=4, pears=4), app=app)
    assert not app.error
    assert start(app)


def test_the_limit_that_is_named_is_the_one_that_holds() -> None:
    app = opened(TRAIN, data="own zip")
    (offered,) = [data for data in components(app) if data.get("key") == "archive"]
    assert "up to 16 MB" in offered["label"]
    assert offered["most"] == 16 * 2**20
    # A larger one is not sent: it arrives without its bytes.
    app.session_state["_arrived-archive"] = Arrived("large.zip", b"", 16 * 2**20 + 1)
    app.run()
    assert [error.value for error in app.error] == [
        "“large.zip” has 16.0 MB, and up to 16 MB are read. Please take fewer pictures, or smaller ones: 64 pixels a "
        "side are all that is used."
    ]
    assert not start(app)


def test_the_page_does_not_import_tensorflow_before_it_is_needed() -> None:
    script = (
        "import sys\nfrom tests.ui.apps import opened\n"
        "app = opened('pages/3_Train.py')\nassert not app.exception\n"
        "app.segmented_control(key='data').set_value('CIFAR-10').run()\nassert not app.exception\n"
        "app.number_input(key='epochs').set_value(3).run()\n"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.fixture(scope="module")
def job() -> TrainingJob:
    """A small training that has ended."""
    return ended(JobQueue(), Plan(FEW, QUICK))


def with_training(job: TrainingJob, *, is_narrow: bool = False) -> AppTest:
    app = opened(TRAIN)
    app.session_state["_training_job"] = job
    if is_narrow:
        app.session_state["screen"] = {"narrow": True}
    return app.run()


def drawn(block: Block) -> list[str]:
    """Keys and labels of what is chosen, started and seen, from top to bottom."""
    watched = ("curves", "kernels", "first-maps")
    found = []
    for element in elements(block):
        if element.type == "bidi_component":
            found += [name for name in watched if element.proto.id.endswith(f"-{name}")]
        elif element.type == "button" and element.label == "Start":
            found.append("Start")
        elif element.key in ("data", "pictures", "epochs", "batch", "rate", "augment"):
            found.append(element.key)
    return found


def test_curves_and_first_layer_are_beside_the_choices_and_on_a_phone_right_below_the_start(job: TrainingJob) -> None:
    choices, shown = ["data", "pictures", "epochs", "Start"], ["curves", "kernels", "first-maps"]
    more = ["batch", "rate", "augment"]
    left, right = with_training(job).columns[:2]
    assert drawn(left) == choices + more
    assert drawn(right) == shown
    assert drawn(with_training(job, is_narrow=True).main) == choices + shown + more


def test_a_sample_is_called_by_its_title_and_a_picture_of_ones_own_by_its_file(job: TrainingJob) -> None:
    app = with_training(job)
    assert "Of “Chelsea the cat”, unedited" in captions(app)
    apps.brought(app, "holiday.png", png(np.full((20, 30, 3), 90, np.uint8)))
    assert "Of “holiday.png”" in captions(app)

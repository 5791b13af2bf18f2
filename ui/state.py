"""ui.state."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui.values import OWN, CurrentPicture, Drag, OpenChannel, Setting
from vizcore.edits.augmentation import MOST_SEED, MOST_STEPS, Step, new_step, parse, write
from vizcore.edits.brightness import KINDS, Kind
from vizcore.edits.transformations import TRANSFORMATIONS
from vizcore.errors import VizcoreError
from vizcore.pictures.samples import SAMPLES

if TYPE_CHECKING:
    from ui.jobs.training import TrainingJob
    from vizcore.datasets.dataset import Dataset
    from vizcore.networks.catalogue import Network
    from vizcore.training.result import Trained

FIRST_SAMPLE = next(iter(SAMPLES))


def _linked(key: str, default: str, is_valid: Callable[[str], bool]) -> str:
    """A choice held by a component of ours, kept in the address like the widgets' own.

    The address is read when a visitor comes and when the browser goes back or forward. Otherwise the session has the
    word: a click that was made while the last answer was on its way still carries the address of before. What is
    invalid is ignored.
    """
    value_key = f"_{key}"
    context = get_script_run_ctx()
    incoming = st.query_params.get(key)
    if value_key not in st.session_state or (context is not None and context.is_history_navigation):
        st.session_state[value_key] = incoming if incoming is not None and is_valid(incoming) else default
    value: str = st.session_state[value_key]
    if value != default and is_valid(value):
        st.query_params[key] = value
    elif incoming is not None:
        del st.query_params[key]
    return value


_CHOICES = (
    "kind",
    *KINDS,
    "network",
    "range",
    "view",
    "stretch",
    "against",
    "magnify",
    "standardise",
    "own-scale",
    "scale",
    "fit",
    "order",
    "curve-order",
    "colours",
    "columns",
    "overlay",
    "logits",
    "compare",
    "back",
)
_TRAINING = ("data", "pictures", "epochs", "batch", "rate", "augment")
_LAYERS = "layers"  # with what follows it, the choice of layers of each kind of network
_CHOSEN_ONE = MappingProxyType(
    {
        "kind": "gain",
        "view": "feature maps",
        "scale": "locked",
        "fit": "stretch",
        "data": "Shapes",
        "compare": "these steps",
        "against": "original",
        "magnify": 1,
    }
)


def keep_choices() -> None:
    """Note what the widgets hold. Called after they are drawn.

    A widget with `bind="query-params"` takes its value along to another page only if it was touched: a value that came
    with a link is lost there (Streamlit 1.67).
    """
    held = [str(name) for name in st.session_state if name in (*_CHOICES, *_TRAINING) or str(name).startswith(_LAYERS)]
    kept = {name: st.session_state[name] for name in held}
    if any(name in kept and kept[name] is None for name in _CHOSEN_ONE):
        # An empty value in a link counts as "nothing chosen", which these choices do not know: again, with the first.
        st.rerun()
    st.session_state["_choices"] = {**st.session_state.get("_choices", {}), **kept}
    _keep_in_address(kept)


def _keep_in_address(held: Mapping[str, Any]) -> None:
    """What came with a link stays in the address of the next page, too.

    Streamlit 1.67 writes there what was touched, and the rest a run too late.
    """
    context = get_script_run_ctx()
    # An address that the browser went back to is whole, and a widget that is not drawn yet still holds what was left.
    if context is None or context.is_history_navigation:
        return
    written: dict[str, tuple[Any, list[str]]] = st.session_state.setdefault("_written", {})
    with context.session_state.query_params() as params:
        for name in filter(params.is_bound, held):
            if name in KINDS:
                if not params.has_param(name) and held[name] != KINDS[name].default:
                    params.set_corrected_value(name, held[name], "double_value")
            elif params.has_param(name):
                # The first, as the link said it: what is touched later stands beside its text of before.
                written.setdefault(name, (held[name], params.get_all(name)))
            elif name in written and written[name][0] == held[name]:
                params.set_corrected_value(name, written[name][1], "string_array_value")


def restore_choices(page: str) -> None:
    """Give back what was lost on the way to this page, or while a view without it was shown.

    Called before any widget is drawn; the address wins.
    """
    _go_back_whole()
    for name, first in _CHOSEN_ONE.items():
        if name in st.session_state and st.session_state[name] is None:
            st.session_state[name] = first
    is_new = st.session_state.get("_page") not in (page, None)
    for name, value in st.session_state.get("_choices", {}).items():
        # On another page also where session state has the value: only one set in this run reaches that page's widget.
        if name not in st.query_params and (is_new or name not in st.session_state):
            st.session_state[name] = value
    st.session_state["_page"] = page


_EMBEDDING = ("embed", "embed_options")


def _go_back_whole() -> None:
    """On the way back to another page, give its widgets the address that the browser went back to.

    Streamlit 1.67 first takes from it what was last held by a widget of the page that is left, and these widgets would
    begin anew.
    """
    context = get_script_run_ctx()
    if context is None or not context.is_history_navigation:
        return
    whole = parse_qs(context.query_string, keep_blank_values=True)
    # What embeds the app in another page is Streamlit's own, and never among them.
    taken = {name: whole[name] for name in whole if name not in st.query_params and name not in _EMBEDDING}
    if taken:
        with context.session_state.query_params() as params:
            params.set_initial_query_params(context.query_string)
        st.query_params.update(taken)


def chosen_picture() -> str:
    """Name of the sample that is shown, or `OWN`. A link to somebody's own picture shows the first sample instead."""
    chosen = _linked("picture", FIRST_SAMPLE, lambda name: name in SAMPLES or name == OWN)
    if chosen == OWN and own_picture() is None:
        st.session_state["_picture_stayed_behind"] = True
        return FIRST_SAMPLE
    return chosen


def own_picture() -> CurrentPicture | None:
    """The picture that this visitor brought, as long as the session lives."""
    own: CurrentPicture | None = st.session_state.get("_own")
    return own


def picture_stayed_behind() -> bool:
    """Whether this visitor came by a link that was made with somebody's own picture, and has chosen none since."""
    return bool(st.session_state.get("_picture_stayed_behind"))


def choose_sample(name: str) -> None:
    """A sample from the strip; a name that is none is ignored."""
    if name in SAMPLES:
        _choose(name)


def choose_own(picture: CurrentPicture) -> None:
    """The visitor's own picture takes the place of whatever was shown."""
    st.session_state["_own"] = picture
    _choose(OWN)


def _choose(name: str) -> None:
    st.session_state["_picture"] = name
    st.session_state["_picture_stayed_behind"] = False
    st.session_state["_refusal"] = None


def refuse(sentence: str) -> None:
    """Remember why a file was not taken, to be said beside the way in; the picture stays."""
    st.session_state["_refusal"] = sentence


def refusal() -> str | None:
    """Why the last file was not taken."""
    sentence: str | None = st.session_state.get("_refusal")
    return sentence


def way_in(name: str) -> str:
    """Key of an uploading widget. It changes when a file has been dealt with, so that the widget is empty again."""
    return f"{name}-{st.session_state.get('_files_taken', 0)}"


def forget_upload(file: UploadedFile) -> None:
    """Drop Streamlit's copy of a file that has been dealt with; it would stay until the session ends."""
    st.session_state["_files_taken"] = st.session_state.get("_files_taken", 0) + 1
    context = get_script_run_ctx()
    manager = get_instance().uploaded_file_mgr
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(context.session_id, file.file_id)


def network_stayed_behind(names: Collection[str]) -> str | None:
    """The network of a link that is not among those that there are, until another one is chosen."""
    linked = st.query_params.get("network")
    if linked and linked not in names:
        st.session_state["_network_stayed_behind"] = linked
    name: str | None = st.session_state.get("_network_stayed_behind")
    return name


def choose_network() -> None:
    """The visitor has chosen a network: whatever a link asked for is forgotten."""
    st.session_state["_network_stayed_behind"] = None


def setting() -> Setting:
    """The brightness that is chosen, on any page."""
    kind = KINDS[st.session_state.get("kind") or "gain"]
    return Setting(kind, kind.nearest(float(st.session_state.get(kind.name, kind.default))))


def set_brightness(released: object) -> None:
    """What a slider in the browser was released at. It comes from outside: anything unexpected is ignored."""
    said = _said(released)
    if said is not None:
        kind = said.kind
        st.session_state[kind.name] = said.amount if kind.decimals else int(said.amount)


def _said(words: object) -> Setting | None:
    if not isinstance(words, Mapping):
        return None
    kind, amount = KINDS.get(str(words.get("kind"))), words.get("amount")
    # A whole number with hundreds of digits is no float.
    if kind is None or not isinstance(amount, int | float) or not abs(amount) < 1e9:
        return None
    return Setting(kind, kind.nearest(float(amount)))


_MOST_CHARTS = 400
FOLLOWED = ("live-picture-bar", "live-picture-single")
"""Keys of the sliders whose thumb the charts follow."""


def drag(key: str) -> Drag | None:
    """What a component has just said about a thumb on its way. It comes from outside, as a release does.

    None if the thumb has been released meanwhile: a run may answer to both, and the release is the newer one.
    """
    is_released = any(event(slider, "released") is not None for slider in FOLLOWED)
    words = None if is_released else event(key, "dragged")
    said = _said(words)
    charts = words.get("charts") if isinstance(words, Mapping) else None
    if said is None or said.kind != setting().kind or not isinstance(charts, list):
        return None
    return Drag(said, frozenset(chart for chart in charts[:_MOST_CHARTS] if isinstance(chart, str)))


def next_number() -> int:
    """A number that this visitor's session has not had before."""
    st.session_state["_number"] = st.session_state.get("_number", 0) + 1
    number: int = st.session_state["_number"]
    return number


def snap_brightness() -> None:
    """Bring amounts that a link or a person gave to the slider's steps. Called before the widgets are drawn."""
    for kind in KINDS.values():
        if is_between_steps(kind):
            set_brightness({"kind": kind.name, "amount": st.session_state[kind.name]})


def is_between_steps(kind: Kind) -> bool:
    """Whether the typed field holds an amount that the slider does not have."""
    amount = st.session_state.get(kind.name)
    return amount is not None and amount != kind.nearest(amount)


def reset_brightness() -> None:
    """Back to where the slider begins."""
    kind = setting().kind
    set_brightness({"kind": kind.name, "amount": kind.default})


def steps() -> tuple[Step, ...]:
    """What the picture goes through before everything else, on any page."""
    return parse(_linked("steps", "", _are_steps))


def _are_steps(text: str) -> bool:
    try:
        parse(text)
    except VizcoreError:
        return False
    return True


def use_steps(chosen: Sequence[Step]) -> None:
    """These steps in place of those before."""
    st.session_state["_steps"] = write(chosen)


def add_step(key: str) -> None:
    """The transformation that a list of them was left at, as the last step; the list is empty again."""
    name = st.session_state.get(key)
    st.session_state[key] = None
    if isinstance(name, str) and name in TRANSFORMATIONS and len(steps()) < MOST_STEPS:
        use_steps([*steps(), new_step(name)])


def change_step(index: int, step: Step, key: str) -> None:
    """The amount that the slider of a step was moved to."""
    amount = step.transformation.slider.nearest(st.session_state[key])
    _change_step(index, step, lambda now: replace(now, amount=amount))


def reset_step(index: int, step: Step) -> None:
    """The amount that leaves the picture as it is."""
    _change_step(index, step, lambda now: replace(now, amount=step.transformation.slider.neutral))


def reseed_step(index: int, step: Step) -> None:
    """Another of what chance gives."""
    _change_step(index, step, lambda now: replace(now, seed=(now.seed + 1) % (MOST_SEED + 1)))


def _change_step(index: int, step: Step, changed: Callable[[Step], Step]) -> None:
    chain = list(steps())
    # By its name: moved twice before it was drawn again, it has another amount by now than when it was drawn.
    if index < len(chain) and chain[index].name == step.name:
        chain[index] = changed(chain[index])
        use_steps(chain)


def remove_step(index: int, step: Step) -> None:
    """The others stay."""
    chain = list(steps())
    # What was clicked may have gone meanwhile.
    if index < len(chain) and chain[index] == step:
        use_steps([*chain[:index], *chain[index + 1 :]])


def move_step(index: int, step: Step, by: int) -> None:
    """A step takes the place of one of its neighbours."""
    chain = list(steps())
    if index < len(chain) and chain[index] == step and 0 <= index + by < len(chain):
        chain.insert(index + by, chain.pop(index))
        use_steps(chain)


def sheet() -> int:
    """Which random versions are shown."""
    return int(
        _linked("seed", "1", lambda text: text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_SEED)))
    )


def next_sheet() -> None:
    """Others than those shown."""
    st.session_state["_seed"] = str((sheet() + 1) % (MOST_SEED + 1))


def open_channel(num_channels: Mapping[str, int]) -> OpenChannel | None:
    """The channel that is shown large, if any.

    Args:
        num_channels: for each layer that can be opened, how many channels it has; anything else is not opened.
    """

    def parsed(text: str) -> OpenChannel | None:
        layer, separator, number = text.rpartition(".")
        # isascii: other digits than 0–9 pass isdecimal too.
        if not separator or not (number.isascii() and number.isdecimal()) or len(number) > 6:
            return None
        return OpenChannel(layer, int(number)) if int(number) < num_channels.get(layer, 0) else None

    text = _linked("channel", "", lambda text: parsed(text) is not None)
    return parsed(text)


def show_channel(layer: str, channel: int) -> None:
    """Open a channel large; `open_channel` checks that there is one."""
    st.session_state["_channel"] = f"{layer}.{channel}"


def close_channel() -> None:
    """Show no channel large."""
    st.session_state["_channel"] = ""


def is_connected(session_id: str) -> bool:
    """Whether a visitor's browser is connected at this moment. It may be asked from any thread.

    Not whether the session is known: that it still is for two minutes after the tab was closed
    (`server.disconnectedSessionTTL`).
    """
    return exists() and get_instance().is_active_session(session_id)


def session_id() -> str:
    """What Streamlit calls this visitor."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def training_job() -> "TrainingJob | None":
    """This visitor's training, running or ended."""
    job: TrainingJob | None = st.session_state.get("_training_job")
    return job


def keep_training_job(job: "TrainingJob") -> None:
    """The training that this visitor has just begun; what came of the one before stays until there is more."""
    before = training_job()
    if before is not None and before.result is not None:
        st.session_state["_trained"] = before.result
    st.session_state["_training_job"] = job
    st.session_state["_epoch_shown"] = None


def trained() -> "Trained | None":
    """What came of this visitor's last training that came to something."""
    job = training_job()
    earlier: Trained | None = st.session_state.get("_trained")
    return job.result if job is not None and job.result is not None else earlier


def trained_here() -> "Network | None":
    """The network that this visitor has trained."""
    result = trained()
    return None if result is None else result.network


def own_dataset() -> "Dataset | None":
    """The labelled pictures that this visitor brought."""
    own: Dataset | None = st.session_state.get("_own_dataset")
    return own


def keep_own_dataset(dataset: "Dataset") -> None:
    """The visitor's labelled pictures, in place of those before."""
    st.session_state["_own_dataset"] = dataset
    st.session_state["_archive_refusal"] = None


def refuse_archive(sentence: str) -> None:
    """Remember why a zip was not taken."""
    st.session_state["_archive_refusal"] = sentence


def archive_refusal() -> str | None:
    """Why the last zip was not taken."""
    sentence: str | None = st.session_state.get("_archive_refusal")
    return sentence


def chosen(name: str, default: Any) -> Any:
    """What a widget holds, or the default where it holds nothing."""
    value = st.session_state.get(name)
    return default if value is None else value


def set_choices(choices: Mapping[str, Any]) -> None:
    """Set widgets. Called before they are drawn, or when one of them is touched."""
    for name, value in choices.items():
        st.session_state[name] = value


def epoch_shown(epochs: Sequence[int]) -> int:
    """The epoch that is looked at: the last one, until the visitor has gone back to another."""
    chosen = st.session_state.get("_epoch_shown")
    return epochs[-1] if chosen is None else min(epochs, key=lambda epoch: abs(epoch - chosen))


def show_epoch(key: str, last: int) -> None:
    """Look at the epoch that a slider was moved to; at its end, at whatever is the last."""
    epoch = st.session_state[key]
    st.session_state["_epoch_shown"] = None if epoch == last else epoch


def event(key: str, name: str) -> Any:
    """What a component in the browser has just said, or None. It comes from outside and is to be checked."""
    return st.session_state.get(key, {}).get(name)

"""The files of every view: all kinds, names that differ, and the numbers of the page in them."""

import csv
import html
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PIL import Image

from tests.ui.apps import PAGES, opened, result_of, visitor
from ui.cached import networks as cached_networks
from ui.cached import pictures as cached_pictures
from ui.cached.outputs import Layers
from ui.feature_maps.controls import AGAINST, DERIVATIVE, DIFFERENCE, MAPS, TUNING, VIEWS, LayerChoice
from ui.feature_maps.files import File, WithFiles
from ui.feature_maps.layer import LayerSection
from ui.feature_maps.provenance import about, stem
from ui.values import Subject
from vizcore.edits.brightness import Light
from vizcore.inputs.fitting import FITS
from vizcore.maps.ranges import ScaleChoice
from vizcore.networks.catalogue import entries
from vizcore.networks.shipped import shipped_card

GAIN = Light.of("gain", 1.5)
LIGHTS = (GAIN, Light.of("gain", 1.501), Light.of("offset", -40))


def layers_at(light: Light = GAIN, *, name: str = "conv2", picture: str = "cat") -> Layers:
    entry = entries()["trained"]
    return Layers(Subject(cached_pictures.sample(picture), entry), light, cached_networks.network_of(entry), (name,))


def choice_for(layers: Layers, **options: object) -> LayerChoice:
    chosen = tuple(layer for layer in layers.network.traced.layers if layer.name in layers.names)
    return replace(LayerChoice(chosen), **options)


def files_of(view: str, name: str = "conv2") -> tuple[Layers, dict[str, File]]:
    def act() -> tuple[Layers, dict[str, File]]:
        layers = layers_at(name=name)
        choice = choice_for(layers, view=view)
        (section,) = LayerSection(choice.layers[0], layers, choice, None).sections()
        assert isinstance(section, WithFiles)
        return layers, {file.name.rpartition(".")[2]: file for file in section.files() if "exact" not in file.name}

    found: tuple[Layers, dict[str, File]] = result_of(visitor(), act)
    return found


EXPECTED = {
    MAPS: ["activation"],
    DIFFERENCE: ["original", "edited", "difference"],
    DERIVATIVE: ["activation", "derivative"],
    TUNING: ["amount of gain", "mean", "maximum"],
}


@pytest.mark.parametrize("name", ["conv2", "dense1"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_all_kinds_of_files_with_its_numbers_in_them(view: str, name: str) -> None:
    layers, files = files_of(view, name)
    assert list(files) == ["png", "svg", "html", "csv", "npz"]
    charts = 1 if view in (MAPS, TUNING) else 2 if view == DERIVATIVE else 3
    assert Image.open(io.BytesIO(files["png"].data())).width > 1000
    assert len(ET.fromstring(files["svg"].data()).findall("{*}svg")) == charts
    page = files["html"].data()
    assert page.count('class="panel"') == charts
    # What the signs and the ends of the colours mean goes along.
    drawn = "".join(ET.fromstring(files["svg"].data()).itertext())
    for text in (drawn, html.unescape(page)):
        assert ("dead (×: silent at every brightness)" in text) == (view == MAPS and name == "conv2")
        assert ("“Its end” is each channel's 98th percentile on the unedited picture." in text) == (
            view == MAPS and name == "conv2"
        )
    assert len(page.encode()) < 1_500_000
    with np.load(io.BytesIO(files["npz"].data())) as archive:
        described = json.loads(str(archive["description"]))
        arrays = {each["name"]: archive[each["key"]] for each in described["arrays"]}
    assert list(arrays) == EXPECTED[view]
    edited = layers.edited[name]
    if view in (MAPS, DERIVATIVE):
        np.testing.assert_array_equal(arrays["activation"], edited)
    if view == DERIVATIVE:
        np.testing.assert_array_equal(arrays["derivative"], layers.slopes(name)[0])
    if view == DIFFERENCE:
        np.testing.assert_allclose(arrays["difference"], edited - layers.original[name], atol=1e-6)
    if view == TUNING:
        level = int(np.abs(arrays["amount of gain"] - 1.5).argmin())
        mean = edited.mean(axis=(0, 1)) if edited.ndim == 3 else edited
        np.testing.assert_allclose(arrays["mean"][level], mean, rtol=1e-4, atol=1e-4)
    head, *lines = csv.reader(io.StringIO(files["csv"].data().decode()))
    if view == TUNING:
        assert len(lines) == arrays["mean"].size
        assert float(lines[-1][2]) == arrays["mean"][-1, -1]
    else:
        assert head[-len(arrays) :] == [f"{each['name']} ({each['units']})" for each in described["arrays"]]
        assert len(lines) == edited.size
        *_, place = (tuple(int(number) for number in line[: edited.ndim]) for line in lines)
        index = (place[1], place[2], place[0]) if edited.ndim == 3 else place
        last = arrays[EXPECTED[view][-1]]
        assert np.float32(lines[-1][-1]) == last[index]


def test_an_archive_says_all_that_its_values_depend_on() -> None:
    layers, files = files_of(DERIVATIVE)
    with np.load(io.BytesIO(files["npz"].data())) as archive:
        described = json.loads(str(archive["description"]))
    assert described["network"] == {"name": "trained", "version": "", "weights": f"sha256:{shipped_card().sha256}"}
    picture = layers.subject.picture
    assert described["picture"] == {
        "name": picture.name,
        "sha256": picture.digest,
        "size": list(picture.size),
        "augmentation": [],
    }
    assert described["brightness"] == {"kind": "gain", "amount": 1.5, "unit": layers.light.kind.unit}
    subject = layers.subject
    how = {"fit": subject.fit, "interpolation": "bicubic", "lens": subject.lens}
    expected = {"shape": [64, 64, 3], "value range": "0…1", **how}
    assert described["input"] == expected
    assert described["layer"] == {"name": "conv2", "kind": "Conv2D", "shape": [29, 29, 64]}
    assert described["view"]["view"] == DERIVATIVE
    assert [each["units"] for each in described["arrays"]] == [
        "the layer's own units",
        f"the layer's own units per {layers.light.kind.unit}",
    ]


SCALES = (ScaleChoice(), ScaleChoice("layer", is_locked=False, contrast="linear"), ScaleChoice(contrast="linear"))


def test_no_two_views_give_files_of_the_same_name() -> None:
    def act() -> list[str]:
        names = []
        for light, layer, picture in product(LIGHTS, ("conv1", "conv2"), ("cat", "star")):
            layers = layers_at(light, name=layer, picture=picture)
            for view, scale, order, columns, page in product(VIEWS, SCALES, ("index", "mean"), (8, 16), (0, 1)):
                choice = choice_for(layers, view=view, scale=scale, order=order, columns=columns)
                names.append(stem(layers, choice, layer, page=page))
            for options in ({"own_scales": False}, {"against": AGAINST[1]}, {"magnify": 4}, {"colour_map": "magma"}):
                names.append(stem(layers, choice_for(layers, view=DIFFERENCE, **options), layer))
            for fit in tuple(FITS)[1:]:
                fitted = replace(layers, subject=replace(layers.subject, fit=fit))
                names.append(stem(fitted, choice_for(fitted), layer))
            for way in ("bicubic", "nearest"):
                resized = replace(layers, subject=replace(layers.subject, chosen_interpolation=way))
                names.append(stem(resized, choice_for(resized), layer))
            names.append(stem(layers, choice_for(layers), "layers"))
        return names

    names = result_of(visitor(), act)
    assert len({name.casefold() for name in names}) == len(names) > 400
    assert names[0].startswith("trained-cat-gain-1.50-conv1-feature_maps-each_channel_locked-")


def test_the_description_is_data_for_json_whatever_is_chosen() -> None:
    def act() -> dict:
        layers = layers_at()
        return about(layers, choice_for(layers, scale=SCALES[1], magnify=4))

    described = json.loads(json.dumps(result_of(visitor(), act)))
    scale = {"span": "layer", "is_locked": False, "contrast": "linear"}
    assert (described["view"]["scale"], described["view"]["magnify"]) == (scale, 4)
    assert "layers" not in described["view"]


@pytest.mark.parametrize("view", VIEWS)
def test_the_buttons_of_an_open_list_of_files_are_drawn(view: str) -> None:
    app = opened(PAGES[2], view=view, layers=["conv1"])
    assert len(app.get("download_button")) == 1
    app.session_state["files-conv1"] = True
    app.run()
    assert not app.exception
    assert len(app.get("download_button")) == (7 if view == MAPS else 6)

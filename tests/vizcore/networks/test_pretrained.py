"""ImageNet's networks: what is said of them, how they are built, and, where there are weights, what they see.

`VIZCORE_TEST_DATA` names the folder that holds `keras_home/models/` and `photos/`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from vizcore.downloads import verify
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image, received_pixels
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.pretrained import CLASS_INDEX, PRETRAINED, build, class_names, offered, vgg16_with_top
from vizcore.pictures.photo import open_picture

DATA = Path(os.environ.get("VIZCORE_TEST_DATA", "nowhere"))
MODELS = DATA / "keras_home" / "models"
SEEN = {
    "cat.bmp": "Egyptian cat",
    "bird.bmp": "chickadee",
    "dragonfly.bmp": "dragonfly",
    "grace_hopper.bmp": "military uniform",
    "parrot.jpg": "macaw",
    "hot_dog.jpg": "hotdog",
}
# Keras's own, and what it calls them: only these names depend on what was built before.
RENAMED = {"MobileNetV2": {-2: "avg_pool"}, "ResNet50": {}, "VGG16": {}}


def write_weights(network: keras.Model, path: Path) -> None:
    """In the format of the files that Keras fetches: layer by layer, in the network's order.

    As in those, a layer's moving averages come after what is learnt.
    """
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in network.layers]
        for layer in network.layers:
            group = file.create_group(layer.name)
            variables = [*layer.trainable_weights, *layer.non_trainable_weights]
            group.attrs["weight_names"] = [variable.name.encode() for variable in variables]
            for variable in variables:
                group.create_dataset(variable.name, data=variable.numpy())


def keras_own(name: str) -> keras.Model:
    options = {"include_top": False, "input_shape": (224, 224, 3)} if name == "VGG16" else {}
    return getattr(keras.applications, name)(weights=None, **options)


@pytest.fixture(scope="module")
def own() -> dict[str, keras.Model]:
    return {name: keras_own(name) for name in PRETRAINED}


@pytest.fixture(scope="module")
def built(own: dict[str, keras.Model], tmp_path_factory: pytest.TempPathFactory) -> dict[str, keras.Model]:
    """Each network with the weights of Keras's own, by way of a file."""
    networks = {}
    for name, entry in PRETRAINED.items():
        path = tmp_path_factory.mktemp(name) / entry.download.file_name
        write_weights(own[name], path)
        networks[name] = build(entry, path)
        path.unlink()
    return networks


def test_the_list_opens_without_keras() -> None:
    code = (
        "import sys; from vizcore.networks.pretrained import PRETRAINED; import vizcore.inputs.value_ranges;"
        "assert not {'keras', 'tensorflow', 'h5py'} & set(sys.modules); print(len(PRETRAINED))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "3\n"


@pytest.mark.parametrize("entry", [*PRETRAINED.values(), vgg16_with_top()], ids=lambda entry: entry.download.file_name)
def test_everything_is_said(entry: object) -> None:
    assert entry.name in entry.title
    assert PRETRAINED[entry.name].value_range == entry.value_range
    assert entry.value_range in RANGES
    assert entry.download.url.endswith("/" + entry.download.file_name)
    # What is read into memory was on the disk before.
    assert entry.memory * 1e6 > entry.download.size
    assert entry.has_classes == (not entry.no_classes_because)


def test_the_downloads_are_keras_own() -> None:
    from keras.src.applications import imagenet_utils, mobilenet_v2, resnet, vgg16

    small, deep, plain = (PRETRAINED[name].download for name in ("MobileNetV2", "ResNet50", "VGG16"))
    assert small.url == mobilenet_v2.BASE_WEIGHT_PATH + small.file_name
    assert small.md5 is None
    assert deep.url == resnet.BASE_WEIGHTS_PATH + deep.file_name
    assert deep.md5 == resnet.WEIGHTS_HASHES["resnet50"][0]
    assert plain.url == vgg16.WEIGHTS_PATH_NO_TOP
    assert vgg16_with_top().download.url == vgg16.WEIGHTS_PATH
    assert CLASS_INDEX.url == imagenet_utils.CLASS_INDEX_PATH
    # These stand in the middle of Keras's functions.
    sources = Path(vgg16.__file__).read_text() + Path(imagenet_utils.__file__).read_text()
    for download in (plain, vgg16_with_top().download, CLASS_INDEX):
        assert f'file_hash="{download.md5}"' in sources


def test_all_of_vgg16_is_the_operators_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIZCORE_VGG16_TOP", raising=False)
    assert offered() == PRETRAINED
    assert not offered()["VGG16"].has_classes
    monkeypatch.setenv("VIZCORE_VGG16_TOP", "1")
    assert list(offered()) == list(PRETRAINED)
    assert offered()["VGG16"] == vgg16_with_top()
    assert vgg16_with_top().has_classes
    assert offered()["ResNet50"] == PRETRAINED["ResNet50"]


@pytest.mark.parametrize("name", PRETRAINED)
def test_the_architecture_is_keras_own(own: dict[str, keras.Model], built: dict[str, keras.Model], name: str) -> None:
    expected = [(layer.name, type(layer), layer.output.shape) for layer in own[name].layers]
    expected[0] = ("picture", *expected[0][1:])
    for place, new_name in RENAMED[name].items():
        expected[place] = (new_name, *expected[place][1:])
    assert [(layer.name, type(layer), layer.output.shape) for layer in built[name].layers] == expected
    assert built[name].count_params() == own[name].count_params()
    assert built[name].name == name
    assert built[name].input_shape == (None, 224, 224, 3)


def test_numbers_of_parameters_as_published(built: dict[str, keras.Model]) -> None:
    # keras.io/api/applications; VGG16 without its 123,642,856 in dense layers.
    numbers = {name: network.count_params() for name, network in built.items()}
    assert numbers == {"MobileNetV2": 3_538_984, "ResNet50": 25_636_712, "VGG16": 138_357_544 - 123_642_856}


@pytest.mark.parametrize("name", PRETRAINED)
def test_no_name_depends_on_what_was_built_before(built: dict[str, keras.Model], name: str) -> None:
    # Keras numbers what has no name: dense, dense_1, …, after the class of the layer.
    automatic = {keras.src.utils.naming.to_snake_case(type(layer).__name__) for layer in built[name].layers}
    names = [layer.name for layer in built[name].layers]
    assert not {given for given in names if given.rstrip("0123456789").rstrip("_") in automatic}


@pytest.mark.parametrize("name", PRETRAINED)
def test_the_weights_come_into_their_places(
    own: dict[str, keras.Model], built: dict[str, keras.Model], name: str
) -> None:
    assert len(built[name].weights) == len(own[name].weights)
    for got, expected in zip(built[name].weights, own[name].weights, strict=True):
        np.testing.assert_array_equal(got.numpy(), expected.numpy())


@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50"])
def test_the_answer_is_logits(own: dict[str, keras.Model], built: dict[str, keras.Model], name: str) -> None:
    assert PRETRAINED[name].has_classes
    assert built[name].layers[-1].activation is keras.activations.linear
    pixels = np.random.default_rng(5).integers(0, 256, (1, 224, 224, 3), dtype=np.uint8)
    batch = RANGES[PRETRAINED[name].value_range].apply(pixels)
    logits = built[name](batch, training=False).numpy()[0]
    probabilities = own[name](batch, training=False).numpy()[0]
    exponentials = np.exp(logits - logits.max())
    np.testing.assert_allclose(exponentials / exponentials.sum(), probabilities, rtol=1e-3)


def test_vgg16_ends_in_maps(built: dict[str, keras.Model]) -> None:
    assert not PRETRAINED["VGG16"].has_classes
    assert "2.4 GB" in PRETRAINED["VGG16"].no_classes_because
    assert built["VGG16"].layers[-1].name == "block5_pool"
    assert built["VGG16"].output_shape == (None, 7, 7, 512)


@pytest.mark.parametrize(
    "damage", ["cut short", "no HDF5", "another network", "no layers", "one layer of another shape"]
)
def test_what_does_not_hold_the_weights_is_removed(built: dict[str, keras.Model], tmp_path: Path, damage: str) -> None:
    entry = PRETRAINED["MobileNetV2"]
    path = tmp_path / entry.download.file_name
    if damage == "cut short":
        write_weights(built["MobileNetV2"], path)
        path.write_bytes(path.read_bytes()[:-1000])
    elif damage == "no HDF5":
        path.write_text("<html>Please log in to the network of this hotel</html>")
    elif damage == "another network":
        write_weights(built["VGG16"], path)
    elif damage == "no layers":
        h5py.File(path, "w").close()
    else:
        write_weights(built["MobileNetV2"], path)
        with h5py.File(path, "a") as file:
            del file["predictions"]["kernel"]
            file["predictions"]["kernel"] = np.zeros((1280, 10), np.float32)
    with pytest.raises(VizcoreError, match=r"does not hold the weights of MobileNetV2\. It was removed; download it"):
        build(entry, path)
    assert not path.exists()


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match=r"The weights of ResNet50 are not there: .*no\.h5 is not a file"):
        build(PRETRAINED["ResNet50"], tmp_path / "no.h5")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_weights_that_may_not_be_read_stay(tmp_path: Path) -> None:
    path = tmp_path / PRETRAINED["MobileNetV2"].download.file_name
    path.write_bytes(b"anything")
    path.chmod(0)
    with pytest.raises(VizcoreError, match="cannot be opened"):
        build(PRETRAINED["MobileNetV2"], path)
    assert path.exists()


def class_index() -> dict[str, list[str]]:
    return {str(number): [f"n{number:08}", f"Kind_of_{number}"] for number in range(1000)}


def test_names_are_readable_and_in_the_order_of_the_logits(tmp_path: Path) -> None:
    shuffled = dict(sorted(class_index().items(), reverse=True))
    (tmp_path / CLASS_INDEX.file_name).write_text(json.dumps(shuffled))
    names = class_names(tmp_path)
    assert len(names) == 1000
    assert names[17] == "Kind of 17"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1, 2",
        "[" * 100_000,
        "[]",
        "{}",
        json.dumps(dict(list(class_index().items())[:-1])),
        json.dumps({**class_index(), "1000": ["n1", "one too many"]}),
        json.dumps({**class_index(), "7": "tench"}),
        json.dumps({**class_index(), "7": ["n1", ""]}),
        json.dumps({**class_index(), "7": ["n1", 7]}),
        b"\xff\xfe\xff",
    ],
    ids=range(11),
)
def test_what_is_no_list_of_classes_is_removed(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / CLASS_INDEX.file_name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(VizcoreError, match=r"not a list of 1000 classes\. It was removed"):
        class_names(tmp_path)
    assert not path.exists()


def test_a_missing_list_of_classes_is_told(tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match="is missing or closed"):
        class_names(tmp_path)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not MODELS.is_dir():
        pytest.skip("VIZCORE_TEST_DATA names no folder with keras_home/models/ in it")
    # A copy, because what turns out to be damaged is removed.
    return Path(shutil.copytree(MODELS, tmp_path_factory.mktemp("keras_home") / "models"))


@pytest.fixture(scope="module")
def trained(models: Path) -> keras.Model:
    entry = PRETRAINED["MobileNetV2"]
    return build(entry, models / entry.download.file_name)


def test_the_names_are_imagenets(models: Path) -> None:
    verify(CLASS_INDEX, models / CLASS_INDEX.file_name)
    names = class_names(models)
    assert (names[0], names[285], names[999]) == ("tench", "Egyptian cat", "toilet tissue")
    assert sorted({name for name in names if names.count(name) > 1}) == ["crane", "maillot"]


@pytest.mark.parametrize("photograph", SEEN)
def test_a_photograph_is_recognised(models: Path, trained: keras.Model, photograph: str) -> None:
    path = DATA / "photos" / photograph
    picture = open_picture(path.read_bytes(), name=path.name)
    # The bytes that the network's size leaves, before they become numbers of the tutorial's range.
    pixels = received_pixels(preprocess_image(picture.pixels, (224, 224)))
    batch = RANGES[PRETRAINED["MobileNetV2"].value_range].apply(pixels)[np.newaxis]
    logits = trained(batch, training=False).numpy()[0]
    assert class_names(models)[int(logits.argmax())] == SEEN[photograph]

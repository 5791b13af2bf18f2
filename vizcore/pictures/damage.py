"""Damaged picture files: the exceptions of the readers, and the sentences that they become."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from PIL import Image

from vizcore.errors import VizcoreError
from vizcore.pictures.formats import Format, with_article

# Exceptions that Pillow raises for damaged files. OSError includes UnidentifiedImageError; EOFError comes from WebP.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError)
# Two readers pass on the errors of their C libraries as RuntimeError. Tags of the wrong type raise TypeError.
_MORE_DAMAGE: Mapping[str, tuple[type[Exception], ...]] = MappingProxyType(
    {
        "PNG": (RuntimeError,),
        "WebP": (RuntimeError,),
        "AVIF": (RuntimeError,),
        "HEIC": (RuntimeError,),
        "TIFF": (TypeError, RuntimeError),
    }
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)


@contextmanager
def refusing(kind: Format, *, label: str) -> Iterator[None]:
    """Turns the readers' exceptions for a bad file into a message for the visitor."""
    damage: tuple[type[Exception], ...] = (*DAMAGE, *_MORE_DAMAGE.get(kind, ()))
    try:
        yield
    except VizcoreError:
        raise
    except _BOMB as error:
        raise VizcoreError(
            f"“{label}” is {with_article(kind)} file that unpacks into far more than a picture of its size needs. "
            "Please open it in a picture program and save it anew."
        ) from error
    except damage as error:
        raise VizcoreError(
            f"“{label}” begins like {with_article(kind)} file but is cut short, damaged or of an unusual kind. "
            "Please upload it again, or open it in a picture program and save it as PNG or JPEG."
        ) from error

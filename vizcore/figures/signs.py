"""The letters of pictures that are drawn without a browser: Pillow's own font, which needs no file and no network."""

import unicodedata

from PIL import ImageFont

# The font knows few signs outside of ASCII. It does know the quotation marks that are left out here.
_PLAIN_SIGNS = str.maketrans(
    {"×": "x", "−": "-", "–": "-", "σ": "sd", "∂": "d", "≤": "<=", "≥": ">=", "∅": "o"}
    | {"“": '"', "”": '"', "’": "'", "¼": "1/4", "½": "1/2", "¾": "3/4"}
)


def plain_signs(text: str) -> str:
    """The text with signs that the font has in place of those that it lacks; accents are left out."""
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN_SIGNS))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font in a size in pixels."""
    return ImageFont.load_default(size=size)

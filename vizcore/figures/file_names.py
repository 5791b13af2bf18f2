"""Names of files that say what is in them, and that never overwrite one another."""

import hashlib
import re
from collections.abc import Sequence

_LONGEST_PART = 32
_DIGEST_LETTERS = 8
# Letters of any language may stand in a file's name. Dots are left out, because an ending begins with one.
_UNSAFE = re.compile(r"[^\w.+-]+|(?<!\d)\.|\.(?!\d)")


def file_stem(shown: Sequence[str], *, apart: Sequence[str] = ()) -> str:
    """The name of a file without its ending, safe on every system.

    Args:
        shown: what a person reads in the name, such as network, picture, amount, layer and scale. Empty texts are left
            out. A part is cut after 32 letters, and signs that some systems forbid become "_".
        apart: further texts that distinguish the file, such as a digest.

    Returns:
        The parts, joined with "-", and eight letters of a digest of all texts: different texts give different names,
        also on systems where capitals do not count, as far as a digest of 32 bits can tell.
    """
    parts = [_UNSAFE.sub("_", part)[:_LONGEST_PART].strip("_.-") for part in shown]
    digest = hashlib.sha256(repr((tuple(shown), tuple(apart))).encode()).hexdigest()[:_DIGEST_LETTERS]
    return "-".join([*(part for part in parts if part), digest])

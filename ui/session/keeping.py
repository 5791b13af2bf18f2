"""What visitors have brought and trained, kept for their return after a reload or a lost connection."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ui.values import CurrentPicture

if TYPE_CHECKING:
    from ui.jobs.training import TrainingJob
    from vizcore.training.result import Trained

MINUTES_KEPT = 30


@dataclass(frozen=True)
class Belongings:
    """What is lost with a session and cannot be had again by the address.

    Attributes:
        picture: the visitor's own, or None.
        job: the last training, running or ended, or None.
        trained: the result of an earlier training, or None.
    """

    picture: CurrentPicture | None = None
    job: "TrainingJob | None" = None
    trained: "Trained | None" = None

    @property
    def num_bytes(self) -> int:
        """About the memory that they take, without small things."""
        total = 0 if self.picture is None else self.picture.pixels.nbytes + len(self.picture.data)
        job = self.job
        if job is not None and job.plan.source.own is not None:
            own = job.plan.source.own
            total += own.training.pixels.nbytes + own.test.pixels.nbytes
        results = [self.trained, job.result if job is not None else None, job.plan.before if job is not None else None]
        # The weights are held as a file, as arrays and in the network.
        return total + sum(3 * len(result.weights_file) for result in results if result is not None)

    def __bool__(self) -> bool:
        return self != Belongings()


@dataclass(frozen=True)
class _Kept:
    owner: str
    belongings: Belongings
    seen: float


class Keeper:
    """The belongings of visitors, by a key that only the visitor's tab knows.

    Args:
        is_connected: whether the browser of a session is connected. May be called from any thread.
        most: number of visitors whose belongings are kept after they have left.
        most_bytes: memory for the belongings of visitors who have left.
        clock: returns seconds since any fixed moment.
    """

    def __init__(
        self,
        is_connected: Callable[[str], bool],
        *,
        most: int = 64,
        most_bytes: int = 96_000_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_connected = is_connected
        self._most, self._most_bytes = most, most_bytes
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def keep(self, key: str, owner: str, belongings: Belongings) -> None:
        """Keep what a visitor has now, in place of what was kept before.

        Args:
            key: of the visit.
            owner: the session of the visitor.
            belongings: what the visitor has.
        """
        with self._lock:
            self._kept[key] = _Kept(owner, belongings, self._clock())

    def claim(self, key: str, owner: str) -> tuple[Belongings, bool]:
        """Give a visitor who has come back what was kept.

        A duplicated tab knows the key of the first one. While the first one is connected, the second one gets copies of
        what never changes, the picture and the network, and no training: that one belongs to the first tab.

        Args:
            key: that the visitor's tab has remembered. It comes from the browser.
            owner: the new session of the visitor.

        Returns:
            The belongings, empty if the key is not known or forgotten; and whether the visit goes on under this key.
        """
        self.forget_old()
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return Belongings(), False
            belongings = kept.belongings
            if kept.owner != owner and self._is_connected(kept.owner):
                job = belongings.job
                result = job.result if job is not None and job.result is not None else belongings.trained
                return Belongings(belongings.picture, trained=result), False
            self._kept[key] = replace(kept, owner=owner, seen=self._clock())
            return belongings, True

    def forget_old(self) -> None:
        """Forget what belongs to visitors who left long ago, and the oldest of what is too much."""
        now = self._clock()
        with self._lock:
            for key, kept in self._kept.items():
                if self._is_connected(kept.owner):
                    self._kept[key] = replace(kept, seen=now)
            left = sorted(
                ((kept.seen, key) for key, kept in self._kept.items() if kept.seen < now),
                reverse=True,
            )
            num_bytes = 0
            for number, (seen, key) in enumerate(left, 1):
                num_bytes += self._kept[key].belongings.num_bytes
                if now - seen > 60 * MINUTES_KEPT or number > self._most or num_bytes > self._most_bytes:
                    del self._kept[key]

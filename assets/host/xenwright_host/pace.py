"""How many guests are created at once."""

import contextlib
import os
import threading

# libxl ends a hotplug script after this long, its waiting for the lock that all of them share included. Not longer
# where all is slow.
HOTPLUG_SECONDS = float(os.environ.get("XENWRIGHT_HOTPLUG_SECONDS", "40"))
MOST_AT_ONCE = 8


class Pace:
    """One guest at first; one more while creating one takes far less than libxl's limit, half as many when it comes
    near, one when it is over.
    """

    def __init__(self):
        self.at_once, self.under_way, self.free = 1, [], threading.Condition()

    @contextlib.contextmanager
    def turn(self):
        """Waits for a place; gives a function that is told how long it took, and whether time was lacking."""
        mine = {"beside": 0}
        with self.free:
            self.free.wait_for(lambda: len(self.under_way) < self.at_once)
            self.under_way.append(mine)
            for one in self.under_way:
                one["beside"] = max(one["beside"], len(self.under_way))
        try:
            yield lambda seconds, late: self.judge(seconds, late, mine["beside"])
        finally:
            with self.free:
                self.under_way.remove(mine)
                self.free.notify_all()

    def judge(self, seconds, late, beside):
        """Half of the limit is kept free: what is slow today may be slower in a moment."""
        with self.free:
            if late:
                self.at_once = 1
            elif seconds > HOTPLUG_SECONDS / 2:
                self.at_once = max(1, self.at_once // 2)
            elif seconds * (self.at_once + 1) / beside <= HOTPLUG_SECONDS / 2:
                self.at_once = min(MOST_AT_ONCE, self.at_once + 1)
            self.free.notify_all()

"""Steps that work at the same time: order, bounded memory, and errors at their place."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.indexing.pipeline import BackgroundWorker, ahead

#: Seconds after which a thread that was waited for is taken to hang. No test depends on how long anything takes.
HANGS = 30


class Source:
    """Counts up to ``size``, telling what it has made; raises instead of making ``broken``."""

    def __init__(self, size: int, broken: int | None = None) -> None:
        self.size, self.broken = size, broken
        self.made: list[int] = []
        self.threads: set[threading.Thread] = set()
        self.events = [threading.Event() for _ in range(size)]

    def __iter__(self) -> Iterator[int]:
        for item in range(self.size):
            self.threads.add(threading.current_thread())
            if item == self.broken:
                raise ValueError(f"item {item} cannot be made")
            self.made.append(item)
            self.events[item].set()
            yield item


class TestAhead:
    @given(st.lists(st.integers() | st.none(), max_size=30))
    def test_items_come_in_order(self, items):
        assert list(ahead(items)) == items

    def test_one_item_is_made_while_the_one_before_is_used(self):
        source = Source(5)
        items = ahead(source)
        for item in range(4):
            assert next(items) == item
            assert source.events[item + 1].wait(HANGS)
            assert source.made == list(range(item + 2))
        assert list(items) == [4]
        assert threading.current_thread() not in source.threads

    def test_nothing_is_made_before_the_first_item_is_asked_for(self):
        source = Source(3)
        items = ahead(source)
        assert source.made == []
        assert list(items) == [0, 1, 2]

    @pytest.mark.parametrize("broken", [0, 1, 3])
    def test_an_error_comes_in_place_of_its_item(self, broken):
        items = ahead(Source(5, broken))
        assert [next(items) for _ in range(broken)] == list(range(broken))
        with pytest.raises(ValueError, match=f"item {broken} cannot be made"):
            next(items)
        assert list(items) == []

    def test_an_interruption_while_an_item_is_made_is_passed_on(self):
        def interrupted() -> Iterator[int]:
            yield 0
            raise KeyboardInterrupt

        items = ahead(interrupted())
        assert next(items) == 0
        with pytest.raises(KeyboardInterrupt):
            next(items)

    def test_making_ends_where_the_items_are_abandoned(self):
        source, before = Source(1_000), threading.active_count()
        for item in ahead(source):
            if item == 3:
                break
        assert source.made in ([0, 1, 2, 3], [0, 1, 2, 3, 4])
        assert threading.active_count() == before

    def test_making_ends_where_using_an_item_fails(self):
        source, before = Source(1_000), threading.active_count()

        def use() -> None:
            items = ahead(source)
            try:
                for item in items:
                    raise ValueError(f"no use for {item}")
            finally:
                items.close()

        with pytest.raises(ValueError, match="no use for 0"):
            use()
        assert len(source.made) <= 2
        assert threading.active_count() == before


class TestBehind:
    @settings(deadline=None)
    @given(items=st.lists(st.integers(), max_size=30), most=st.integers(1, 5))
    def test_items_are_worked_on_in_order_on_one_other_thread(self, items, most):
        done: list[int] = []
        threads: set[threading.Thread] = set()

        def work(item: int) -> None:
            done.append(item)
            threads.add(threading.current_thread())

        with BackgroundWorker(work, most) as worker:
            for item in items:
                worker.put(item)
        assert done == items
        assert len(threads) <= 1
        assert threading.current_thread() not in threads

    @pytest.mark.parametrize("most", [1, 2, 5])
    def test_never_more_than_so_many_items_wait(self, most):
        done: list[int] = []

        def work(item: int) -> None:
            time.sleep(0.002)  # longer than it takes to put an item, so that they pile up
            done.append(item)

        with BackgroundWorker(work, most) as worker:
            for item in range(30):
                worker.put(item)
                assert item + 1 - len(done) <= most
        assert done == list(range(30))

    def test_items_are_put_without_waiting_while_there_is_room(self):
        gate, done = threading.Event(), list[int]()

        def work(item: int) -> None:
            assert gate.wait(HANGS)
            done.append(item)

        with BackgroundWorker(work, 3) as worker:
            for item in range(3):
                worker.put(item)
            assert done == []
            gate.set()
        assert done == [0, 1, 2]

    def test_at_the_end_all_that_was_put_has_been_worked_on_also_after_an_error(self):
        gate, done = threading.Event(), list[int]()

        def work(item: int) -> None:
            assert gate.wait(HANGS)
            done.append(item)

        def interrupted() -> None:
            with BackgroundWorker(work, 9) as worker:
                for item in range(5):
                    worker.put(item)
                gate.set()
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert done == [0, 1, 2, 3, 4]

    def test_what_the_last_call_raised_is_raised_at_the_end(self):
        def work(item: int) -> None:
            raise ValueError(f"item {item} is wrong")

        def put() -> None:
            with BackgroundWorker(work, 9) as worker:
                worker.put(7)

        with pytest.raises(ValueError, match="item 7 is wrong"):
            put()

    def test_what_a_call_raised_is_raised_when_there_is_no_more_room(self):
        put: list[int] = []

        def work(item: int) -> None:
            if item == 1:
                raise ValueError("item 1 is wrong")

        def put_all() -> None:
            with BackgroundWorker(work, 2) as worker:
                for item in range(100):
                    worker.put(item)
                    put.append(item)

        with pytest.raises(ValueError, match="item 1 is wrong"):
            put_all()
        assert put == [0, 1, 2]  # the fourth waits for the second

    def test_after_a_call_that_raised_nothing_more_is_worked_on(self):
        done: list[int] = []

        def work(item: int) -> None:
            if item == 1:
                raise ValueError("item 1 is wrong")
            done.append(item)

        def put_all() -> None:
            with BackgroundWorker(work, 9) as worker:
                for item in range(5):
                    worker.put(item)

        with pytest.raises(ValueError, match="item 1 is wrong"):
            put_all()
        assert done == [0]

    def test_the_error_of_the_block_comes_before_that_of_a_call(self):
        def work(item: int) -> None:
            raise ValueError(f"item {item} is wrong")

        def put() -> None:
            with BackgroundWorker(work, 9) as worker:
                worker.put(0)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            put()

    def test_its_thread_ends_with_the_block(self):
        before = threading.active_count()
        done: list[int] = []
        with BackgroundWorker(done.append, 2) as worker:
            worker.put(0)
        assert threading.active_count() == before

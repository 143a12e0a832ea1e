"""Cores are tokens, a GPU is one; whoever asks gets an answer."""

from __future__ import annotations

import math
from concurrent.futures import Future

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench.builtin.executors import Serial
from imbbench.crew import SHORT, Crew
from imbbench.folders import Folder
from imbbench.job import Job
from imbbench.orders import Answer, FindDevice, Fit, Load
from imbbench.result import Cell
from imbbench.supervise import Limits

CELL = Cell("moons", "holdout", 0, "standard", "none", "sklearn-rf", 0)


class Pile:
    """Jobs that are there to be taken, as on a board."""

    def __init__(self, jobs, seconds_left=None):
        self.jobs = jobs
        self.seconds_left = sum(job.seconds for job in jobs) if seconds_left is None else seconds_left

    def take(self, busy, longest=math.inf):
        fitting = (job for job in self.jobs if job.device not in busy and job.seconds <= longest)
        job = next(fitting, None)
        if job is not None:
            self.jobs.remove(job)
        return job


class Holding:
    """Holds what it is given until it is told to end it."""

    def __init__(self):
        self.given = []
        self.stopped = False

    def submit(self, function, timeout, /, order, *folders):
        self.given.append((order, Future()))
        return self.given[-1][1]

    def end(self, number):
        order, future = self.given[number]
        future.set_result(Answer(value=order))

    def stop(self):
        self.stopped = True


def job(seconds=1.0, **more):
    return Job("moons", Fit((CELL,), (0,)), (), (0,), (CELL,), seconds, **more)


def crew_of(executor, cores, *, line=False, **more):
    """Without a line before its workers, unless it is asked for."""

    def work(order, *folders):
        return Answer(value=order)

    return Crew(lambda: executor, work, Limits(), cores, in_process=not line, **more)


def n_jobs(executor):
    return [order.n_jobs for order, _ in executor.given]


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_as_many_jobs_at_once_as_cores(cores):
    executor, pile = Holding(), Pile([job() for _ in range(5)])
    crew = crew_of(executor, cores)
    assert not crew.busy
    crew.start(pile)
    assert crew.busy
    assert n_jobs(executor) == [1] * cores
    crew.start(pile)
    assert len(executor.given) == cores
    executor.end(0)
    ended, answer = crew.wait()
    assert answer.value == ended.order
    crew.start(pile)
    assert len(executor.given) == min(cores + 1, 5)


def test_orders_of_other_kinds_take_a_core_too():
    executor = Holding()
    crew = crew_of(executor, 2)
    loads = [Job("moons", Load("moons"), (Folder("data"),), (0,)) for _ in range(3)]
    crew.start(Pile([*loads, job()]))
    assert [order for order, _ in executor.given] == [Load("moons")] * 2


@pytest.mark.parametrize(
    ("seconds", "left", "cores", "granted"),
    [
        (10.0, 10.0, 4, 4),  # the only one left takes all
        (10.0, 20.0, 4, 2),
        (10.0, 40.0, 4, 1),
        (10.0, 400.0, 4, 1),
        (10.0, 13.5, 4, 2),  # 2.96 cores: rounded down, so that the others have theirs
        (10.0, 0.0, 4, 1),  # nothing is known
        (0.0, 10.0, 4, 1),
        (50.0, 10.0, 4, 4),  # an estimate that was wrong
        (10.0, 10.0, 1, 1),
    ],
)
def test_a_forest_takes_more_cores_when_they_would_idle(seconds, left, cores, granted):
    """max(1, its seconds / (remaining seconds / cores)), as far as cores are free."""
    executor = Holding()
    crew_of(executor, cores).start(Pile([job(seconds, parallel=True)], left))
    assert n_jobs(executor) == [granted]


def test_cores_of_other_machines_are_not_put_together():
    executor = Holding()
    crew_of(executor, 4, several=False).start(Pile([job(10.0, parallel=True)]))
    assert n_jobs(executor) == [1]


def test_other_models_take_one_core_whatever_is_left():
    executor = Holding()
    crew_of(executor, 4).start(Pile([job(10.0)]))
    assert n_jobs(executor) == [1]


def test_a_forest_takes_no_core_that_another_job_has():
    executor, pile = Holding(), Pile([job(1.0), job(9.0, parallel=True)], 9.0)
    crew = crew_of(executor, 3)
    crew.start(pile)
    assert n_jobs(executor) == [1, 2]
    pile.jobs.append(job())
    executor.end(1)
    crew.wait()
    pile.jobs += [job(), job()]
    crew.start(pile)
    assert n_jobs(executor) == [1, 2, 1, 1], "both of its cores are free again"


def test_the_last_forest_takes_all_though_the_seconds_left_are_a_sum():
    executor, pile = Holding(), Pile([job(0.3, parallel=True)])
    pile.seconds_left = 0.3 + 0.1 + 0.7 - 0.1 - 0.7  # more than 0.3 by rounding
    assert pile.seconds_left > 0.3
    crew_of(executor, 3).start(pile)
    assert n_jobs(executor) == [3]


def test_a_job_that_has_ended_does_not_count_as_left():
    executor = Holding()
    crew_of(executor, 4).start(Pile([job(10.0, parallel=True)], 20.0), 10.0)
    assert n_jobs(executor) == [4]


@given(
    st.integers(1, 8),
    st.booleans(),
    st.lists(st.tuples(st.floats(0, 3), st.booleans()), min_size=1, max_size=20),
    st.data(),
)
def test_there_are_never_more_cores_in_use_than_granted(cores, line, kinds, data):
    """A line forms only behind jobs of one core each: the executor begins as many jobs as it has workers."""
    executor, pile = Holding(), Pile([job(seconds, parallel=parallel) for seconds, parallel in kinds])
    crew = crew_of(executor, cores, line=line)
    crew.start(pile)
    while crew.busy:
        running = [(order.n_jobs, future) for order, future in executor.given if not future.done()]
        used = [n_jobs for n_jobs, _ in running]
        assert min(used) >= 1
        assert sum(used) <= cores or (line and max(used) == 1 and len(used) <= 2 * cores)
        data.draw(st.sampled_from(running))[1].set_result(Answer())
        ended, _ = crew.wait()
        pile.seconds_left -= ended.seconds
        crew.start(pile)
    assert not pile.jobs
    assert len(executor.given) == len(kinds)


@pytest.mark.parametrize(("seconds", "in_line"), [(0.5, 2), (SHORT, 2), (2 * SHORT, 0)])
def test_short_jobs_stand_in_line_so_that_no_worker_waits(seconds, in_line):
    executor = Holding()
    crew = crew_of(executor, 2, line=True)
    crew.start(Pile([job(seconds) for _ in range(9)]))
    assert n_jobs(executor) == [1] * (2 + in_line)


def test_none_stands_in_line_beside_a_forest_that_has_several_cores():
    executor = Holding()
    pile = Pile([job(9.0, parallel=True), *(job(0.1) for _ in range(5))])
    crew_of(executor, 4, line=True).start(pile)
    assert n_jobs(executor) == [3, 1]


def test_one_job_at_a_time_on_a_gpu_and_others_beside_it():
    executor = Holding()
    crew = crew_of(executor, 4)
    gpu = [job(device="cuda:0"), job(device="cuda:0"), job(device="cuda:1")]
    pile = Pile([*gpu, job(), job()])
    crew.start(pile)
    assert pile.jobs == [gpu[1]]
    assert len(executor.given) == 4
    executor.end(0)
    assert crew.wait()[0] is gpu[0]
    crew.start(pile)
    assert not pile.jobs


def test_in_this_process_a_job_may_use_the_other_cores():
    executor = Holding()
    crew_of(executor, 1, helpers=3).start(Pile([job()]))
    assert n_jobs(executor) == [4]


def test_the_executor_is_made_when_there_is_something_to_do():
    made = []
    crew = Crew(lambda: made.append(1) or Holding(), lambda order: Answer(), Limits(), 1)
    crew.start(Pile([]))
    crew.release(Folder("data"))
    crew.close()
    assert not made
    crew.start(Pile([job(), job()]))
    crew.start(Pile([job()]))
    assert made == [1]


def test_one_question_before_any_job():
    assert crew_of(Serial(), 1).ask(FindDevice("auto")) == Answer(value=FindDevice("auto"))


def test_whoever_waits_is_woken():
    crew = crew_of(Holding(), 1)
    crew.start(Pile([job()]))
    crew.wake()
    assert crew.wait() is None
    crew.wake()
    assert crew.ask(FindDevice("auto")) is None


def test_it_is_submitting_only_while_it_is():
    seen = []
    crew = Crew(Serial, lambda order: seen.append(crew.submitting) or Answer(), Limits(), 1)
    crew.start(Pile([job()]))
    assert seen == [True]
    assert not crew.submitting


def test_closing_stops_the_executor_and_one_that_cannot_stop_is_left():
    executor = Holding()
    crew = crew_of(executor, 1)
    crew.start(Pile([job()]))
    crew.close()
    assert executor.stopped
    plain = crew_of(Serial(), 1)
    plain.start(Pile([job()]))
    plain.close()


def test_an_executor_is_told_of_folders_that_nobody_needs():
    class Told(Serial):
        def release(self, folder):
            told.append(folder)

    told = []
    crew = crew_of(Told(), 1)
    crew.start(Pile([job()]))
    crew.release(Folder("data"))
    assert told == [Folder("data")]

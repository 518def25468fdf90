"""Which host is asked, when it is left, and when the fault is our own clock's."""

from streams.sources.bluesky.freshness import Clock, Freshness, Stale
from streams.sources.bluesky.hosts import Hosts

A, B = "wss://a", "wss://b"
NOW = 1_725_911_162.0


def test_three_failures_lead_to_the_next_host_and_round_to_the_first():
    hosts = Hosts([A, B])

    asked = []
    for second in range(6):
        hosts.failed(float(second))
        asked.append(hosts.current)

    assert asked == [A, A, B, B, B, A]


def test_a_host_that_falls_silent_each_minute_is_left_though_events_came_between():
    hosts = Hosts([A, B])

    for minute in range(3):
        hosts.answered()
        hosts.failed(minute * 90.0)

    assert hosts.current == B


def test_failures_of_long_ago_are_forgotten():
    hosts = Hosts([A, B])

    for hour in range(5):
        hosts.failed(hour * 3_600.0)

    assert hosts.current == A


def test_only_when_every_host_refuses_is_it_ours_to_mend():
    hosts = Hosts([A, B])

    assert hosts.refused("a: 404") is None
    assert hosts.refused("b: 404") == ["a: 404", "b: 404"]


def test_a_refusal_is_forgotten_once_a_host_answers():
    hosts = Hosts([A, B])

    hosts.refused("a: 404")
    hosts.answered()

    assert hosts.refused("b: 404") is None


def test_a_checkpoint_of_a_host_no_longer_named_begins_with_the_first():
    hosts = Hosts([A, B])

    hosts.prefer("wss://gone")

    assert hosts.current == A


def test_a_replay_that_comes_nearer_is_not_stale():
    freshness = Freshness(is_replay=True)

    found = [freshness.take(NOW - 7_200 + 10 * second, NOW + second) for second in range(0, 600, 10)]

    assert not any(found)
    assert not freshness.is_live


def test_a_replay_that_has_come_near_is_live():
    freshness = Freshness(is_replay=True)

    freshness.take(NOW - 20, NOW)

    assert freshness.is_live


def test_a_host_that_tells_an_old_time_at_the_clocks_speed_is_stale():
    freshness = Freshness(is_replay=False)

    found = [freshness.take(NOW - 600 + second, NOW + second) for second in range(0, 70, 10)]

    assert found[-1] == Stale(600.0)
    assert not any(found[:-1])


def test_a_host_that_falls_back_from_the_present_is_stale():
    freshness = Freshness(is_replay=True)
    freshness.take(NOW, NOW)

    found = [freshness.take(NOW + second / 10, NOW + second) for second in range(0, 400, 10)]

    assert any(found)


def test_a_short_wait_of_the_network_is_not_stale():
    freshness = Freshness(is_replay=False)
    freshness.take(NOW, NOW)

    found = [freshness.take(NOW, NOW + second) for second in range(0, 170, 10)]

    assert not any(found)


def test_hosts_that_are_all_behind_alike_show_that_the_clock_is_ours_to_mend():
    clock = Clock(2)

    assert clock.is_stale(A, Stale(600.0))
    assert not clock.is_stale(B, Stale(610.0))
    assert clock.off_s == 600.0


def test_hosts_that_are_behind_by_different_times_are_stale_both():
    clock = Clock(2)

    assert clock.is_stale(A, Stale(600.0))
    assert clock.is_stale(B, Stale(4_000.0))


def test_one_host_at_the_present_shows_that_the_clock_is_right():
    clock = Clock(2)
    clock.is_stale(A, Stale(600.0))

    clock.is_right()

    assert clock.is_stale(B, Stale(610.0))


def test_a_single_host_is_not_left():
    clock = Clock(1)

    assert not clock.is_stale(A, Stale(600.0))

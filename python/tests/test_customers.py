"""A pipeline under test, as its authors would write it: files → raw table → stream → task → MERGE."""

import pytest


@pytest.fixture
def customers(snowglobe):
    snowglobe.script("sql/customers.sql")
    return snowglobe


def arrives(snowglobe, file):
    snowglobe.put(f"data/{file}", "@landing/in")
    snowglobe.execute("copy into customer_raw from @landing/in")


def now_kept(snowglobe):
    return [(row["NAME"], row["CITY"]) for row in snowglobe.rows("select name, city from customer order by id")]


def test_the_latest_change_wins(customers):
    arrives(customers, "monday.csv")
    assert now_kept(customers) == []

    ran = customers.advance("5 minutes")
    assert [run.state for run in ran.tasks] == ["SUCCEEDED"]
    assert now_kept(customers) == [("Ada", "Paris"), ("Grace", "New York")]


def test_a_late_change_changes_nothing(customers):
    arrives(customers, "monday.csv")
    customers.advance("5 minutes")
    arrives(customers, "tuesday.csv")
    customers.advance("5 minutes")
    assert now_kept(customers) == [("Ada", "Paris"), ("Grace", "Arlington"), ("Linus", "Helsinki")]


def test_without_changes_the_task_is_skipped(customers):
    ran = customers.advance("15 minutes")
    assert [run.state for run in ran.tasks] == ["SKIPPED"] * 3

"""Exercises a Snowglobe server with SQLAlchemy: its ORM, and its reflection of tables.

    python sqlalchemy_orm.py HOST:PORT

Needs snowflake-sqlalchemy. Makes a database of its own. Ends with status 0 if everything holds; otherwise the first
thing that does not is raised.
"""

import datetime
import decimal
import json
import sys
import uuid
import warnings

warnings.filterwarnings("ignore")

import sqlalchemy as sa
from snowflake.sqlalchemy import VARIANT
from sqlalchemy.orm import Session, declarative_base, relationship

NAME = f"alchemy_{uuid.uuid4().hex[:8]}"
MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5)
Base = declarative_base()


class Parent(Base):
    __tablename__ = "parents"
    id = sa.Column(sa.Integer, sa.Sequence("parent_ids"), primary_key=True)
    name = sa.Column(sa.String(50), nullable=False)
    children = relationship("Child", order_by="Child.id")


class Child(Base):
    __tablename__ = "children"
    id = sa.Column(sa.Integer, sa.Sequence("child_ids"), primary_key=True)
    parent = sa.Column(sa.Integer, sa.ForeignKey("parents.id"))
    amount = sa.Column(sa.Numeric(10, 2))
    at = sa.Column(sa.DateTime)
    document = sa.Column(VARIANT)


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def connect(path):
    return sa.create_engine(f"snowflake://tester:any@{sys.argv[1]}/{path}?account=test",
                            connect_args={"protocol": "http"})


def objects(engine):
    with Session(engine) as session:
        ann = Parent(name="Ann")
        session.add(ann)
        session.flush()
        first = ann.id
        check(isinstance(first, int), True, "an id that a sequence gave")
        session.add(Child(parent=first, amount=decimal.Decimal("12.50"), at=MOMENT))
        session.commit()
        found = [(child.amount, child.at, child.document) for child in ann.children]
        check(found, [(decimal.Decimal("12.50"), MOMENT, None)], "children")
        session.query(Parent).filter_by(name="Ann").update({"name": "B'ob"})
        session.commit()
        check(session.query(Parent).one().name, "B'ob", "an updated name")
        session.add(Parent(name="x"))
        session.flush()
        session.rollback()
        check(session.query(Parent).count(), 1, "rows after a rollback")
        joined = session.execute(sa.select(Parent.name, sa.func.sum(Child.amount)).join(Child).group_by(Parent.name))
        check([tuple(row) for row in joined], [("B'ob", decimal.Decimal("12.50"))], "a join")


def statements(engine):
    with engine.begin() as connection:
        connection.execute(sa.text("insert into children(parent, document) select 1, parse_json(:json)"),
                           {"json": '{"a":1}'})
        found = connection.execute(sa.text("select document from children where document is not null")).all()
        check([json.loads(document) for document, in found], [{"a": 1}], "a VARIANT")
        connection.execute(sa.insert(Parent.__table__), [{"id": 100 + n, "name": str(n)} for n in range(50)])
        count = sa.select(sa.func.count()).select_from(Parent.__table__).where(Parent.id >= 100)
        check(connection.execute(count).scalar(), 50, "rows inserted at once")
        removed = connection.execute(sa.delete(Parent.__table__).where(Parent.id >= 100))
        check(removed.rowcount, 50, "rows deleted")


def reflection(engine):
    inspector = sa.inspect(engine)
    check("s1" in inspector.get_schema_names(), True, "schemas")
    check(sorted(inspector.get_table_names()), ["children", "parents"], "tables")
    check(inspector.get_view_names(), ["names"], "views")
    found = [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns("children")]
    check(found, [("id", "DECIMAL(38, 0)", False), ("parent", "DECIMAL(38, 0)", True),
                  ("amount", "DECIMAL(10, 2)", True), ("at", "TIMESTAMP_NTZ", True), ("document", "VARIANT", True)],
          "columns")
    check(inspector.get_pk_constraint("children")["constrained_columns"], ["id"], "primary key")
    keys = inspector.get_foreign_keys("children")
    check([(key["constrained_columns"], key["referred_table"], key["referred_columns"]) for key in keys],
          [(["parent"], "parents", ["id"])], "foreign keys")
    check(inspector.get_unique_constraints("parents"), [], "unique constraints")
    metadata = sa.MetaData()
    metadata.reflect(engine)
    check(sorted(metadata.tables), ["children", "parents"], "reflected tables")
    check(inspector.has_table("nosuch"), False, "a table that is not there")


def main():
    account = connect("")
    with account.begin() as connection:
        connection.execute(sa.text(f"create database {NAME}"))
        connection.execute(sa.text(f"create schema {NAME}.s1"))
    engine = connect(f"{NAME}/s1")
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("create view names as select name from parents"))
    for step in [objects, statements, reflection]:
        step(engine)
        print(f"ok {step.__name__}", flush=True)
    engine.dispose()
    with account.begin() as connection:
        connection.execute(sa.text(f"drop database {NAME}"))
    account.dispose()


main()

"""What handlers log."""

import json
import logging

MOST_RECORDS = 10_000


class Logged(logging.Handler):
    """What a handler logs in one call, to be told with its result."""

    PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def __init__(self):
        super().__init__(1)
        self.records = []

    def emit(self, record):
        if len(self.records) >= MOST_RECORDS:
            return
        try:
            attributes = {"code.lineno": record.lineno, "code.function": record.funcName, "code.filepath": record.pathname}
            attributes.update((name, value) for name, value in vars(record).items() if name not in self.PLAIN)
            attributes = json.loads(json.dumps(attributes, default=str))
            self.records.append([record.levelno, record.getMessage(), record.name, attributes])
        except Exception:
            self.handleError(record)

    def begin(self, level):
        root = logging.getLogger()
        root.setLevel(level)
        if self not in root.handlers:
            root.addHandler(self)

    def taken(self):
        records, self.records = self.records, []
        return records

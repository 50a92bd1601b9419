"""The README's example is run as it stands there."""

import re
from pathlib import Path

from pytest_snowglobe.program import find


def test_the_readmes_example_passes(pytester, pytestconfig):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example, marker = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    pytester.makepyfile(test_shared=example, test_fresh=f"import pytest\n\n{marker}{example}")
    pytester.runpytest(f"--snowglobe={find(pytestconfig)}").assert_outcomes(passed=2)

# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command report: one run, or the last of several against those before."""

import json
from pathlib import Path

from .. import kcidb
from ..errors import Exit, HarnessError
from . import compare, compare_view, page, saved, text


def run(args):
    """Carry out `ci/harness report`."""
    runs = [saved.load(where) for where in args.runs or ["latest"]]
    if len(runs) == 1:
        lines, html, code = text.render(runs[0]), page.render(runs[0]), Exit.PASS
        target = runs[0].directory / "report.html"
    else:
        outcome = compare.compare(runs)
        lines, html = compare_view.text(outcome), compare_view.html(outcome)
        code = Exit.FAIL if outcome.worse else Exit.PASS
        target = runs[-1].directory / "compare.html"
    target = Path(args.html or target)
    _write(target, html, "--html")
    if args.kcidb:
        submission = kcidb.document(runs[-1].summary, runs[-1].directory)
        _write(Path(args.kcidb), json.dumps(submission, indent=1) + "\n", "--kcidb")
    print("\n".join(lines))
    print(f"page: {target}")
    return code


def _write(path, content, option):
    try:
        path.write_text(content)
    except OSError as error:
        raise HarnessError(f"{path}: {error.strerror}; {option} can name another file") from error

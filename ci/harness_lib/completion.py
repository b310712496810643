# SPDX-License-Identifier: GPL-2.0-only
"""What a shell may complete a command line with: asked of the parser itself.

ci/completion/harness.bash calls `ci/harness complete NUMBER WORD...`.
"""

import argparse

from . import clean, kernels, suites


def _kernels(_word):
    return kernels.known()


def _kinds(_word):
    return list(clean.KINDS)


def _globs(word):
    """Suites while there is no slash, programs while there is no dot, then tests."""
    names = {test.name for test in suites.SELFTESTS.tests()} \
        if suites.SELFTESTS.built.is_dir() else set()
    if "/" not in word:
        return sorted({name.partition("/")[0] + "/*" for name in names})
    if "." not in word:
        return sorted({name.partition(".")[0] + ".*" for name in names})
    return sorted(names)


# What an argument can be, by how the help calls it. Others are files: the shell knows them.
VALUES = {"KERNEL": _kernels, "GLOB": _globs, "WHAT": _kinds}


def candidates(parser, words, number):
    """What could stand in place of words[number]; @words are without the program's name."""
    word = words[number] if number < len(words) else ""
    commands = _commands(parser)
    before = words[:number]
    if "--" in before:
        return []
    chosen = next((commands[name] for name in before if name in commands), None)
    if not chosen:
        return _starting(word, [*commands, *_options(parser)])
    option = _option(chosen, before[-1])
    if option and option.nargs != 0:
        return _starting(word, _values(option, word))
    if word.startswith("-"):
        return _starting(word, _options(chosen))
    positional = [action for action in chosen._actions if not action.option_strings]
    return _starting(word, [value for action in positional for value in _values(action, word)])


def _commands(parser):
    """The sub-commands that help shows."""
    action, = (action for action in parser._actions
               if isinstance(action, argparse._SubParsersAction))
    shown = {choice.dest for choice in action._choices_actions}
    return {name: sub for name, sub in action.choices.items() if name in shown}


def _options(parser):
    return [string for action in parser._actions for string in action.option_strings]


def _option(parser, word):
    return next((action for action in parser._actions if word in action.option_strings), None)


def _values(action, word):
    if action.choices:
        return list(action.choices)
    return VALUES.get(action.metavar, lambda word: [])(word)


def _starting(word, values):
    return [value for value in values if value.startswith(word)]

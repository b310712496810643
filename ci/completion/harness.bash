# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Completion of ci/harness in bash: `. ci/completion/harness.bash`, or what
# `make install` puts where bash-completion finds it. The harness itself knows
# what can follow, so this never gets out of date.

_mock_vfio_harness() {
	local words=("${COMP_WORDS[@]:1}")

	# Not every program called "harness" is this one.
	mapfile -t COMPREPLY < <(
		"${COMP_WORDS[0]/#\~/$HOME}" complete "$((COMP_CWORD - 1))" "${words[@]}" 2>/dev/null)
}

# Without an answer, bash completes file names.
complete -o bashdefault -o default -F _mock_vfio_harness harness

# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion of mock-vfio in bash. Commands, options and names are asked of the
# program itself, so this never gets out of date.

_mock_vfio_commands() {
	"$1" help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p'
}

_mock_vfio_options() {
	"$1" help "$2" 2>/dev/null | grep -o -- '--[a-z-]*'
	echo --help
}

_mock_vfio_profiles() {
	"$1" list 2>/dev/null | sed -n 's/^\([^ ]*\).*/\1/p'
}

_mock_vfio_uuids() {
	"$1" list 2>/dev/null | sed -n 's/^  \([^ ]*\) .*/\1/p'
}

_mock_vfio_scenarios() {
	"$1" list -s 2>/dev/null | sed -n 's/ .*//p'
}

_mock_vfio() {
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]}
	local words=

	if [ "$COMP_CWORD" -eq 1 ]; then
		words=$(_mock_vfio_commands "$program")
	elif [[ $word == -* ]]; then
		words=$(_mock_vfio_options "$program" "$command")
	else
		case $command in
		run | apply) words=$(_mock_vfio_scenarios "$program") ;;
		remove | create | events | stats) words=$(_mock_vfio_profiles "$program") ;;
		destroy | irq | memory | unplug) words=$(_mock_vfio_uuids "$program") ;;
		help) words=$(_mock_vfio_commands "$program") ;;
		fault)
			words="add arm disarm list clear"
			[ "$COMP_CWORD" -eq 2 ] || words=$(_mock_vfio_profiles "$program")
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

# Without an answer, bash completes file names: a scenario may be one.
complete -o bashdefault -o default -F _mock_vfio mock-vfio

# SPDX-License-Identifier: GPL-2.0-only
#
# The front door. `make run` and `make check` set up, build and run everything;
# the other targets build single parts, for this machine or for the harness,
# which passes KDIR, KSFT and output directories. `make help` lists them.

BUILD	?= $(CURDIR)/build
KDIR	?= /lib/modules/$(shell uname -r)/build
V	?= 0
Q	:= $(if $(filter 1,$(V)),,@)
ARGS	?=

.DEFAULT_GOAL := help
.PHONY: all modules userlib selftests run check check-matrix check-debug check-sweep check-upstream check-dropin check-hosts check-report check-mutation check-portability bench coverage fuzz docs check-diff check-type1 install uninstall check-harness bench-harness clean help

##@ The two commands
run: ## the main job: the regression suite on a stock Debian kernel in a VM (ARGS="-t 'edge/*'")
	$(Q)ci/setup run
	$(Q)ci/harness run --uapi $(ARGS)

check: ## the project's own tests: lint, host tests, a minute of fuzzing, the suite in a VM
	$(Q)ci/setup run check docs
	$(Q)ci/check $(ARGS)

##@ Longer checks
check-matrix: ## the regression suite on each supported series of kernels
	$(Q)ci/setup run matrix
	$(Q)ci/harness run --uapi -k 6.1 -k 6.12 -k 7.3 $(ARGS)
	$(Q)ci/uapi/update --check

check-debug: ## the regression suite on a kernel that watches itself, which is built first (minutes)
	$(Q)ci/setup run debug gcov
	$(Q)python3 -m unittest -v ci/tests/meta_debug.py
	$(Q)ci/harness run -k debug --uapi $(ARGS)

check-sweep: ## fail every call of every life cycle, one by one, in a VM (ARGS="-k 6.12")
	$(Q)ci/setup run
	$(Q)ci/sweep $(ARGS)

check-upstream: ## the kernel's own vfio suite (ARGS="-k 7.3"), and its iommufd suite on the debug kernel
	$(Q)ci/setup run matrix upstream debug
	$(Q)ci/harness run -t 'upstream:vfio/*' $(ARGS)
	$(Q)ci/harness run -k debug -t 'upstream:iommu/*'

check-dropin: ## our suite, built and run by a kernel tree's own commands
	$(Q)ci/setup run upstream
	$(Q)ci/dropin "$$(ci/harness fetch tree)" $(BUILD)/dropin
	$(Q)ci/harness shell --add $(BUILD)/dropin/install -- /install/run_kselftest.sh -t vfio_mock:configfs

check-diff: ## a million random operations on type1, the backend and the fake, on each kernel (minutes; SEED=N, KERNELS=6.1)
	$(Q)ci/setup run matrix
	$(Q)ci/harness run -v $(addprefix -k ,$(or $(KERNELS),6.1 6.12 7.3)) -t 'diff/type1.*' \
		--timeout-scale 30 \
		--env TYPE1_DIFF_SCALE=32 --env TYPE1_DIFF_SEED=$(or $(SEED),1) $(ARGS)

check-type1: ## the backend and libuvfio on the kernel's type1 with the unmap bug of 4.15 put back
	$(Q)ci/setup run matrix
	$(Q)ci/type1/run $(ARGS)

check-hosts: ## a run spread over two hosts, one of which is then lost (network namespaces; root)
	$(Q)ci/setup run hosts hosts-test
	$(Q)python3 -m unittest -v ci/tests/hosts.py

check-harness: ## the harness's shell, gdb, doctor and bisect on real VMs (minutes)
	$(Q)ci/setup run check gdb
	$(Q)python3 -m unittest -v ci/tests/tools.py

check-report: ## the HTML report in a real browser, with pictures in results/check/report
	$(Q)ci/setup run report
	$(Q)cd ci && python3 -m unittest -v tests.browser

check-mutation: ## break what must not break, in a copy, and see the tests notice (an hour)
	$(Q)ci/setup run check
	$(Q)$(MAKE) --no-print-directory -C userlib O=$(O)/userlib check-mutation
	$(Q)ci/mutate --together

bench: ## the library against raw system calls, and how it scales (in a VM, a few minutes)
	$(Q)ci/setup run
	$(Q)userlib/bench/run

coverage: ## lines and branches of the library that its host tests run
	$(Q)ci/setup run check coverage
	$(Q)$(MAKE) --no-print-directory -C userlib O=$(O)/userlib coverage

check-portability: ## the library on other compilers and machines, big-endian ones among them (TARGETS=GLOB)
	$(Q)ci/setup run check portability
	$(Q)cmocka=$$(ci/harness fetch cmocka) && \
		$(MAKE) --no-print-directory -C userlib O=$(O)/portability CMOCKA=$$cmocka \
			TARGETS='$(TARGETS)' check-portability

fuzz: ## fuzz the library with hostile kernel answers and with calls in any order, SECONDS=600
	$(Q)ci/setup run check
	$(Q)$(MAKE) --no-print-directory -C userlib O=$(O)/userlib SECONDS=$(or $(SECONDS),600) fuzz-smoke

bench-harness: ## a run's time beside a bare boot's and virtme-ng's, on an idle machine (ARGS=--matrix)
	$(Q)ci/setup run matrix bench
	$(Q)ci/bench/start --vng $(ARGS)

##@ Parts
all: modules userlib selftests ## everything that can be built, for the running kernel

# Kbuild writes beside its sources, and one source serves many kernels: each
# gets a tree of symbolic links to build in. MOD_RUN= goes before the kernel's
# make, for headers whose tools do not run here (ci/harness_lib/toolchain.py).
MOD_OUT	?= $(BUILD)/modules-$(notdir $(patsubst %/build,%,$(KDIR)))
modules: ## mock_vfio.ko for KDIR=(kernel build directory), into MOD_OUT=
	$(Q)test -e $(KDIR)/Makefile || \
		{ echo "KDIR=$(KDIR) is no kernel build directory (install the kernel's headers, or set KDIR)" >&2; exit 2; }
	$(Q)mkdir -p $(MOD_OUT)
	$(Q)cp -asfT $(CURDIR)/mock_vfio $(MOD_OUT)/mock_vfio
	$(Q)cp -asf $(CURDIR)/Kbuild $(MOD_OUT)/
	$(Q)find $(MOD_OUT) -xtype l -delete
	$(Q)$(MOD_RUN) $(MAKE) --no-print-directory -C $(KDIR) M=$(MOD_OUT) $(MOD_FLAGS) modules

O	?= $(BUILD)
userlib: ## libuvfio, libmockvfio (static and shared) and mock-vfio, into O=
	$(Q)$(MAKE) --no-print-directory -C userlib O=$(O)/userlib
	$(Q)$(MAKE) --no-print-directory -C userlib/mockvfio O=$(O)/userlib

selftests: userlib ## the kselftests, against KSFT=(a kernel's tools/testing/selftests), into O=
	$(Q)$(MAKE) --no-print-directory -C selftests UVFIO=$(O)/userlib O=$(O)/selftests \
		KSFT=$(or $(KSFT),$(shell ci/harness fetch kselftest))

docs: ## the documentation as HTML, into build/docs
	$(Q)ci/setup docs
	$(Q)sphinx-build -q -W -b html -d $(BUILD)/doctrees Documentation $(BUILD)/docs
	@echo "$(BUILD)/docs/index.html"

##@ Installing
PREFIX	?= /usr/local
COMPLETIONS = $(PREFIX)/share/bash-completion/completions
install: userlib ## libraries, headers, mock-vfio and scenarios below DESTDIR= PREFIX=/usr/local
	$(Q)$(MAKE) --no-print-directory -C userlib O=$(O)/userlib install
	$(Q)$(MAKE) --no-print-directory -C userlib/mockvfio O=$(O)/userlib install
	$(Q)install -D -m 644 ci/completion/harness.bash $(DESTDIR)$(COMPLETIONS)/harness

uninstall: ## remove what install put there
	$(Q)$(MAKE) --no-print-directory -C userlib O=$(O)/userlib uninstall
	$(Q)$(MAKE) --no-print-directory -C userlib/mockvfio O=$(O)/userlib uninstall
	$(Q)rm -f $(DESTDIR)$(COMPLETIONS)/harness

clean: ## remove build/ and results/ (downloads stay in ~/.cache/mock_vfio)
	$(Q)rm -rf $(BUILD) $(CURDIR)/results

##@ Help
help: ## this list
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

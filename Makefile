# SPDX-License-Identifier: GPL-2.0-or-later
# zramkit: builds everything, tests it in VMs, installs it. `make help` lists
# the targets.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
# what a chain of rules made on its way is not for deleting
.SECONDARY:
.DEFAULT_GOAL := all

TOP := $(CURDIR)
# Kernel series to build for; selftests/vm/kernels has those we know.
K ?= 6.12
DEFAULT_K := 6.12
FLAVOURS := $(shell sed 's/\#.*//' selftests/vm/kernels | awk 'NF && $$1 ~ /-/ { print $$1 }')
ALL_K := $(shell sed 's/\#.*//' selftests/vm/kernels | awk 'NF && $$1 !~ /-/ { print $$1 }')

CC = gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wwrite-strings \
	-Wno-unused-parameter
CPPFLAGS += -Iinclude

# ---- what to build for -------------------------------------------------------
# KDIR=/lib/modules/.../build builds for that kernel alone, into
# build/kmod/<its release>.
ifdef KDIR
NAMES := $(shell cat $(KDIR)/include/config/kernel.release 2>/dev/null)
ifeq ($(NAMES),)
$(error $(KDIR) is no kernel build directory: install the headers of that kernel \
	(Debian: linux-headers-$$(uname -r)))
endif
else
NAMES := $(K)
endif

all: kmod bpf ctl

help:
	@echo 'make              modules for Linux $(DEFAULT_K), BPF programs and zramctl'
	@echo 'make K="6.1 7.3"  the same for other series ($(ALL_K))'
	@echo 'make KDIR=DIR     the same for one kernel build directory'
	@echo 'make demo         see it work in a VM'
	@echo 'make install      put it on this machine (KDIR defaults to its kernel)'
	@echo 'make uninstall    go back to stock zram'
	@echo 'make deb          Debian packages, in build/deb'
	@echo 'make check        host tests, VM tests on $(DEFAULT_K), smoke on the others'
	@echo 'make check-debug  the VM tests on a kernel with KASAN, lockdep and more'
	@echo 'make check-all    everything on everything'
	@echo 'make check-host   what needs no VM'
	@echo 'make bench        cost and memory next to stock zram'
	@echo 'make bench-cold   the same for packs, writeback and reading back'
	@echo 'make bench-swap   and for swap in pieces of 64 kB'
	@echo 'make bench-scale  what a second CPU costs the first, on an idle machine'
	@echo 'make setup        install the Debian packages that all this needs'
	@echo 'make kernels      fetch the kernels of K again if the archive has newer ones'
	@echo 'make clean        delete build/ (the cache in ~/.cache/zramkit stays)'

# ---- set-up and kernels ------------------------------------------------------
setup:
	@packaging/setup

kernels: setup
	@for k in $(K); do selftests/vm/fetch $$k || test $$? = 3 || exit 1; done

build/kernels/%/READY: | setup
	@selftests/vm/fetch $*

debug-kernel: setup
	@selftests/vm/debug-kernel $(DEFAULT_K)

build/kernels/$(DEFAULT_K)-debug/READY: | setup
	@selftests/vm/debug-kernel $(DEFAULT_K)

# ---- kernel modules ----------------------------------------------------------
KMOD_SOURCES := $(shell find kmod include -type f 2>/dev/null) packaging/build-kmod

kmod: $(NAMES:%=build/kmod/%/zram.ko)

ifdef KDIR
build/kmod/$(NAMES)/zram.ko: $(KMOD_SOURCES) | setup
	+@packaging/build-kmod $(NAMES) $(KDIR)
else
build/kmod/%/zram.ko: $(KMOD_SOURCES) build/kernels/%/READY
	+@KMAKE="$(TOP)/selftests/vm/kmake $*" packaging/build-kmod $* build/kernels/$*/headers
endif

# Stock zram with every option on, and stock's own selftests, for comparison
build/stock/%/zram.ko: build/kernels/%/READY selftests/vm/stock-full
	+@selftests/vm/stock-full $*

stock: $(K:%=build/stock/%/zram.ko)

# ---- user space --------------------------------------------------------------
include bpf/Makefile
include ctl/Makefile

# Test programs that run in guests. A program names libraries it needs in a
# comment "link: -lfoo".
PROGS := $(patsubst selftests/prog/%.c,build/prog/%,$(wildcard selftests/prog/*.c))

progs: $(PROGS)

build/prog/%: selftests/prog/%.c $(wildcard selftests/prog/*.h include/zram/*.h) | setup
	@mkdir -p $(@D)
	@echo '  CC       $@'
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -D_GNU_SOURCE -pthread -o $@ $< \
		$$(sed -n 's,^.*link: \([^*]*\).*,\1,p' $<)

# Modules that tests load, for the default series
helpers: build/helper/$(DEFAULT_K)/wqfill.ko

build/helper/%/wqfill.ko: $(wildcard selftests/kmod/*.c) selftests/kmod/Kbuild build/kernels/%/READY
	@mkdir -p $(@D) && cp selftests/kmod/* $(@D)
	@echo '  HELPER   $@'
	+@selftests/vm/kmake $* -s M=$(TOP)/$(@D) modules >$(@D)/build.log 2>&1 || { cat $(@D)/build.log; exit 1; }

# The programs for guests of another architecture: static, since those have few libraries
FOREIGN_PROGS = blocks pagetool hammer storm abiprobe modelrun
FOREIGN_CC = aarch64-linux-gnu-gcc-14 $(CPPFLAGS) $(CFLAGS) $(WARN) -D_GNU_SOURCE -pthread -static

progs-arm64: $(FOREIGN_PROGS:%=build/prog-arm64/%)

build/prog-arm64/%: selftests/prog/%.c $(wildcard selftests/prog/*.h include/zram/*.h) | setup
	@mkdir -p $(@D)
	@echo '  CC       $@'
	@selftests/vm/in-tree $(word 1,$(FLAVOURS)) sh -c 'cd $(TOP) && $(FOREIGN_CC) -o $@ $<'

# Pages of real processes of this machine; PAGES=FILE takes those of a file
pages: build/prog/harvest
	@selftests/pages/harvest

# The kernel's own zram tests, out of its source package
kselftest: build/kselftest/zram/zram.sh
build/kselftest/zram/zram.sh: build/kernels/$(DEFAULT_K)/READY
	@selftests/vm/fetch $(DEFAULT_K) source
	@rm -rf $(@D) && mkdir -p $(@D)
	@cp build/kernels/$(DEFAULT_K)/source/tools/testing/selftests/zram/* $(@D)

# What others set zram up with, unpacked from Debian's packages
tools: build/tools/READY
build/tools/READY: selftests/vm/tools | setup
	@rm -rf build/tools && selftests/vm/tools && touch $@

# The zramctl of Debian 13's util-linux, for ours to be compared with
util-linux: build/util-linux/READY
build/util-linux/READY: | setup
	@selftests/vm/util-linux

# A disk of Debian's nbdkit that waits when it is told to
nbdkit: build/nbdkit/READY
build/nbdkit/READY: | setup
	@selftests/vm/nbdkit

# ---- tests, demo, bench ------------------------------------------------------
check: all progs helpers pages kselftest tools util-linux
	@selftests/check

check-debug: all progs helpers pages kselftest tools util-linux
	@selftests/check --debug

check-all: all progs helpers pages kselftest tools util-linux nbdkit
	@selftests/check --all

check-host: setup
	@selftests/check --host

demo: all progs pages
	@selftests/demo/run

bench: all progs pages
	@selftests/bench/run

# packs, writeback and reading back, judged against what docs promise
bench-cold: all progs pages
	@selftests/bench/cold

# swap in pieces of 64 kB, that come back whole or page by page
bench-swap: all progs pages
	@selftests/bench/swap

# what a second CPU costs the first; wants an idle machine
bench-scale: all progs pages
	@selftests/bench/scale

# ---- this machine ------------------------------------------------------------
install: setup
	@packaging/install $(KDIR)

uninstall:
	@packaging/uninstall

deb: setup
	@packaging/make-deb

clean:
	rm -rf --one-file-system build || sudo rm -rf --one-file-system build

.PHONY: all help tools util-linux nbdkit progs helpers progs-arm64 kselftest pages setup kernels debug-kernel kmod stock progs bpf ctl check \
	check-debug check-all check-host demo bench bench-cold bench-swap bench-scale install uninstall deb clean

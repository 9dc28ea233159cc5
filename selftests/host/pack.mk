# SPDX-License-Identifier: GPL-2.0-only
# The references of packs, and mutants of kmod/pack.c that its test must notice.

PACK_MUTANTS := $(patsubst pack_mutants/%.sed,pack_mutant_%,$(wildcard pack_mutants/*.sed))
tests += pack_test
mutants += $(PACK_MUTANTS)

$(OUT)/pack_test: pack_test.c $(TOP)/kmod/pack.c $(TOP)/kmod/slot.c $(headers) | $(OUT)
	$(CC) $(CFLAGS) $(TSAN) -o $@ $(filter %.c,$^) $(LDLIBS)

# Without ThreadSanitizer: the test's own checks are to notice them.
$(OUT)/pack_mutant_%: pack_mutants/%.sed pack_test.c $(TOP)/kmod/pack.c $(TOP)/kmod/slot.c $(headers) | $(OUT)
	@sed -f $< $(TOP)/kmod/pack.c >$@.c
	@! cmp -s $(TOP)/kmod/pack.c $@.c
	$(CC) $(CFLAGS) -Wno-unused -o $@ $@.c pack_test.c $(TOP)/kmod/slot.c $(LDLIBS)

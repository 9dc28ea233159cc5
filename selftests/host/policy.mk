# SPDX-License-Identifier: GPL-2.0-only
# Tests of what the daemon decides by (ctl/policy*, config, budget).

POLICY_SOURCES := $(TOP)/ctl/policy.c $(wildcard $(TOP)/ctl/policy_*.c)
POLICY_HEADERS := $(TOP)/ctl/policy.h policy_fixture.h $(headers)

# Timed, so built as zramctl is
$(OUT)/policy_test $(OUT)/policy_model_test: $(OUT)/%: %.c $(POLICY_SOURCES) $(POLICY_HEADERS) | $(OUT)
	$(CC) $(CTL_CFLAGS) -o $@ $(filter %.c,$^) -lm

$(OUT)/policy_san_test $(OUT)/policy_model_san_test: $(OUT)/%_san_test: %_test.c $(POLICY_SOURCES) $(POLICY_HEADERS) | $(OUT)
	$(CC) $(CTL_CFLAGS) -DSLOW_BUILD -fsanitize=address,undefined -o $@ $(filter %.c,$^) -lm

$(OUT)/policy_branches: policy_branches.sh policy_test.c policy_model_test.c $(POLICY_SOURCES) $(POLICY_HEADERS) | $(OUT)
	printf '#!/bin/sh\nexec env TOP=%s %s/selftests/host/policy_branches.sh\n' $(TOP) $(TOP) >$@
	chmod 755 $@

tests += policy_test policy_san_test policy_model_test policy_model_san_test policy_branches

$(OUT)/budget_test: budget_test.c $(wildcard $(TOP)/ctl/budget*.[ch]) $(TOP)/ctl/util.c $(headers) | $(OUT)
	$(CC) $(CTL_CFLAGS) -D_GNU_SOURCE -fsanitize=address,undefined -o $@ $(filter %.c,$^)

$(OUT)/config_test: config_test.c $(wildcard $(TOP)/ctl/config*.[ch]) $(POLICY_HEADERS) $(TOP)/ctl/util.c $(TOP)/ctl/model.c | $(OUT)
	$(CC) $(CTL_CFLAGS) -Wno-unused-parameter -D_GNU_SOURCE -DSCHEMA=\"$(TOP)/docs/zram.schema.json\" $$(pkg-config --cflags json-c) \
		-fsanitize=address,undefined -o $@ $(filter %.c,$^) $$(pkg-config --libs json-c)

tests += budget_test config_test

# The daemon itself in a world that daemon_fake.h makes
DAEMON_SOURCES := $(addprefix $(TOP)/ctl/daemon_,limit.c look.c run.c watch.c) $(wildcard $(TOP)/ctl/budget*.c) $(POLICY_SOURCES)
$(OUT)/daemon_budget_test $(OUT)/daemon_look_test: $(OUT)/%: %.c daemon_fake.h $(DAEMON_SOURCES) $(wildcard $(TOP)/ctl/*.h) $(headers) | $(OUT)
	$(CC) $(CTL_CFLAGS) -D_GNU_SOURCE -fsanitize=address,undefined -o $@ $(filter %.c,$^) -lm

tests += daemon_budget_test daemon_look_test

SIM_SOURCES := $(TOP)/ctl/sim.c $(wildcard $(TOP)/ctl/config*.c) $(TOP)/ctl/util.c $(TOP)/ctl/model.c
$(OUT)/sim_test: sim_test.c $(SIM_SOURCES) $(POLICY_SOURCES) $(POLICY_HEADERS) $(TOP)/ctl/sim.h | $(OUT)
	$(CC) $(CTL_CFLAGS) -Wno-unused-parameter -Wno-unused-result -D_GNU_SOURCE $$(pkg-config --cflags json-c) \
		-fsanitize=address,undefined -o $@ $(filter %.c,$^) $$(pkg-config --libs json-c) -lm

tests += sim_test

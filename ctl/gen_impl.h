/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by gen*.c, and by nobody else. */
#ifndef ZRAMCTL_GEN_IMPL_H
#define ZRAMCTL_GEN_IMPL_H

/* Text for roff. */
void gen_put(const char *s);
void gen_man(void);
void gen_man5(void);
void gen_bash(void);
void gen_zsh(void);
void gen_fish(void);

#endif

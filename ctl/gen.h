/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Man page and shell completions, made from the command and column tables. */
#ifndef ZRAMCTL_GEN_H
#define ZRAMCTL_GEN_H

/* "man", "bash", "zsh" or "fish" on stdout; -EINVAL for anything else. */
int gen_print(const char *what);

#endif

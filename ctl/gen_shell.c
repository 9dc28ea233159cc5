// SPDX-License-Identifier: GPL-2.0-or-later
/* Completions for bash, zsh and fish. */

#include "gen_impl.h"

#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "out.h"
#include "ul.h"

#define DEVICES "ls /dev 2>/dev/null | grep -x 'zram[0-9]*'"
#define ALGOS "zramctl version 2>/dev/null | sed -n 's/^algorithms: *//p' | tr -d '[]'"

/* What an option's argument is completed with. */
enum kind { NONE, ALGO, FILES, COLUMNS, CHOICE };

static enum kind kind_of(const struct cmd_opt *opt)
{
	if (!strcmp(opt->name, "algo") || !strcmp(opt->name, "algorithm"))
		return ALGO;
	if (!strcmp(opt->name, "output"))
		return COLUMNS;
	if (strchr(opt->arg, '|'))
		return CHOICE;
	return !strcmp(opt->arg, "FILE") || !strcmp(opt->arg, "PATH") ? FILES :
									NONE;
}

/* Inside '...' of any shell. */
static void put_quoted(const char *s)
{
	for (; *s; s++)
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
}

static bool takes_device(const struct cmd *cmd)
{
	return cmd->operands && strstr(cmd->operands, "DEVICE");
}

/* "start|stop|status" and "[list|watch|cancel] ..." as words. */
static void put_words(const char *operands)
{
	size_t len;

	for (; operands && *operands; operands += len) {
		operands += strspn(operands, "[]|. ");
		len = strcspn(operands, "[]|. ");
		if (len && operands[0] >= 'a' && operands[0] <= 'z')
			printf(" %.*s", (int)len, operands);
	}
}

static bool has_words(const struct cmd *cmd)
{
	for (const char *p = cmd->operands; p && *p; p++)
		if (*p >= 'a' && *p <= 'z')
			return true;
	return false;
}

static bool takes_command(const struct cmd *cmd)
{
	return cmd->operands && strstr(cmd->operands, "COMMAND");
}

static void put_command_names(void)
{
	for (const struct cmd *const *c = cmd_table; *c; c++)
		printf(" %s", (*c)->name);
}

static void put_column_names(const struct out_col *cols)
{
	for (; cols && cols->name; cols++)
		printf(" %s", cols->name);
}

static void put_option_words(const struct cmd_opt *opt)
{
	for (; opt && opt->name; opt++) {
		printf(" --%s", opt->name);
		if (opt->letter)
			printf(" -%c", opt->letter);
	}
}

/* case arms for options of @name's that want an argument */
static void bash_arguments(const char *name, const struct cmd_opt *opt,
			   const struct out_col *cols)
{
	for (; opt && opt->name; opt++) {
		if (!opt->arg)
			continue;
		printf("\t%s:--%s", name, opt->name);
		if (opt->letter)
			printf("|%s:-%c", name, opt->letter);
		fputs(") ", stdout);
		switch (kind_of(opt)) {
		case ALGO:
			fputs("words=$(" ALGOS ")", stdout);
			break;
		case COLUMNS:
			fputs("list=\"", stdout);
			put_column_names(cols);
			putchar('"');
			break;
		case CHOICE:
			fputs("words=\"", stdout);
			put_words(opt->arg);
			putchar('"');
			break;
		case FILES:
			fputs("COMPREPLY=($(compgen -f -- \"$cur\")); return",
			      stdout);
			break;
		case NONE:
			fputs("return", stdout);
		}
		puts(" ;;");
	}
}

static void bash_words(const char *name, const struct cmd *cmd,
		       const struct cmd_opt *opts)
{
	printf("\t%s) words=\"", name);
	put_option_words(opts);
	if (cmd)
		put_words(cmd->operands);
	if (cmd && takes_command(cmd))
		put_command_names();
	putchar('"');
	if (!cmd || takes_device(cmd))
		fputs("; words+=\" $(" DEVICES ")\"", stdout);
	puts(" ;;");
}

void gen_bash(void)
{
	puts("# zramctl(8) completion, made by zramctl help --print bash\n"
	     "_zramctl() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
	     "prev=${COMP_WORDS[COMP_CWORD-1]} cmd=${COMP_WORDS[1]} "
	     "words= list=\n"
	     "\tcase $cmd in -*|/*|zram[0-9]*) cmd=- ;; esac\n"
	     "\tif [ $COMP_CWORD = 1 ]; then\n\t\tprev= cmd=+\n\tfi\n"
	     "\tcase $cmd:$prev in");
	for (const struct cmd *const *c = cmd_table; *c; c++)
		bash_arguments((*c)->name, (*c)->opts, (*c)->cols);
	bash_arguments("-", ul_options, NULL);
	puts("\t*) case $cmd in");
	for (const struct cmd *const *c = cmd_table; *c; c++)
		bash_words((*c)->name, *c, (*c)->opts);
	bash_words("-", NULL, ul_options);
	fputs("\t+) words=\"", stdout);
	put_command_names();
	put_option_words(ul_options);
	puts("\" ;;\n\tesac ;;\n\tesac\n"
	     "\tif [ -n \"$list\" ]; then\n"
	     "\t\tlocal before=\n"
	     "\t\tcase $cur in *,*) before=${cur%,*}, ;; +*) before=+ ;; esac\n"
	     "\t\tCOMPREPLY=($(compgen -P \"$before\" -W \"$list\" -- "
	     "\"${cur#\"$before\"}\"))\n"
	     "\t\treturn\n\tfi\n"
	     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	     "}\n"
	     "complete -F _zramctl zramctl");
}

/* One argument of _arguments: '(-a --algo)'{-a,--algo}'[help]:NAME:action' */
static void zsh_option(const struct cmd_opt *opt, const struct out_col *cols)
{
	char *p, help[256];

	snprintf(help, sizeof(help), "%s", opt->help);
	for (p = help; *p; p++)	/* these end the help in zsh's syntax */
		if (*p == '[' || *p == ']' || *p == ':')
			*p = ' ';
	fputs("\t\t", stdout);
	if (opt->letter)
		printf("{-%c,--%s}'[", opt->letter, opt->name);
	else
		printf("'--%s[", opt->name);
	put_quoted(help);
	putchar(']');
	if (opt->arg) {
		fputs(":", stdout);
		put_quoted(opt->arg);
		switch (kind_of(opt)) {
		case ALGO:
			fputs(":_zramctl_algos", stdout);
			break;
		case FILES:
			fputs(":_files", stdout);
			break;
		case CHOICE:
			fputs(":(", stdout);
			put_words(opt->arg);
			putchar(')');
			break;
		case COLUMNS:
			fputs(":_values -s , column", stdout);
			put_column_names(cols);
			break;
		case NONE:
			fputs(": ", stdout);
		}
	}
	puts("' \\");
}

/* A word, and then what the names in capitals say, each in its place. */
static void zsh_words(const struct cmd *cmd)
{
	unsigned int place = 2;
	size_t len;

	fputs("\t\t'1:what:(", stdout);
	put_words(cmd->operands);
	fputs(")'", stdout);
	for (const char *p = cmd->operands; *p; p += len) {
		p += strcspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		len = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (!len)
			break;
		if (!strncmp(p, "DEVICE", len))
			printf(" '%u:device:_zramctl_devices'", place);
		else if (!strncmp(p, "FILE", len))
			printf(" '%u:file:_files'", place);
		place++;
	}
	puts(" ;;");
}

static void zsh_case(const char *name, const struct cmd *cmd,
		     const struct cmd_opt *opt)
{
	printf("\t%s) _arguments \\\n", name);
	for (; opt && opt->name; opt++)
		zsh_option(opt, cmd ? cmd->cols : NULL);
	if (cmd && has_words(cmd))
		zsh_words(cmd);
	else if (!cmd || takes_device(cmd))
		puts("\t\t'*:device:_zramctl_devices' ;;");
	else if (takes_command(cmd)) {
		fputs("\t\t'1:command:(", stdout);
		put_command_names();
		puts(")' ;;");
	} else {
		puts("\t\t'*: : ' ;;");
	}
}

void gen_zsh(void)
{
	puts("#compdef zramctl\n"
	     "# zramctl(8) completion, made by zramctl help --print zsh\n"
	     "_zramctl_devices() {\n\tcompadd -- ${(f)\"$(" DEVICES ")\"}\n}\n"
	     "_zramctl_algos() {\n\tcompadd -- ${=\"$(" ALGOS ")\"}\n}\n"
	     "_zramctl() {\n\tlocal -a commands\n\tcommands=(");
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		printf("\t\t'%s:", (*c)->name);
		for (const char *s = (*c)->summary; *s; s++) {
			if (*s == ':')
				putchar('\\');
			put_quoted((char[]){ *s, 0 });
		}
		puts("'");
	}
	puts("\t)\n"
	     "\tif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
	     "\t\t_describe command commands\n"
	     "\t\t_zramctl_devices\n\t\treturn\n\tfi\n"
	     "\tlocal cmd=$words[2]\n"
	     "\tcase $cmd in\n"
	     "\t-*|/*|zram[0-9]*) cmd=- ;;\n"
	     "\t*) shift words; (( CURRENT-- )) ;;\n\tesac\n"
	     "\tcase $cmd in");
	for (const struct cmd *const *c = cmd_table; *c; c++)
		zsh_case((*c)->name, *c, (*c)->opts);
	zsh_case("-", NULL, ul_options);
	puts("\tesac\n}\n_zramctl \"$@\"");
}

/* fish reads the list as a command line would be */
static void fish_columns(const struct out_col *cols)
{
	for (; cols && cols->name; cols++)
		printf(*cols->name == '<' ? " \\%s" : " %s", cols->name);
}

static void fish_options(const char *when, const struct cmd_opt *opt,
			 const struct out_col *cols)
{
	for (; opt && opt->name; opt++) {
		printf("complete -c zramctl -n '%s' -l %s", when, opt->name);
		if (opt->letter)
			printf(" -s %c", opt->letter);
		if (opt->arg)
			fputs(kind_of(opt) == FILES ? " -rF" : " -x", stdout);
		if (opt->arg && kind_of(opt) == ALGO)
			fputs(" -a \"(" ALGOS " | string split ' ')\"", stdout);
		if (opt->arg && kind_of(opt) == COLUMNS) {
			fputs(" -a '", stdout);
			fish_columns(cols);
			putchar('\'');
		}
		if (opt->arg && kind_of(opt) == CHOICE) {
			fputs(" -a '", stdout);
			put_words(opt->arg);
			putchar('\'');
		}
		fputs(" -d '", stdout);
		for (const char *s = opt->help; *s; s++)
			printf(*s == '\'' ? "\\%c" : "%c", *s);
		puts("'");
	}
}

void gen_fish(void)
{
	char when[128];

	puts("# zramctl(8) completion, made by zramctl help --print fish\n"
	     "complete -c zramctl -f");
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		printf("complete -c zramctl -n __fish_use_subcommand -a %s -d '",
		       (*c)->name);
		for (const char *s = (*c)->summary; *s; s++)
			printf(*s == '\'' ? "\\%c" : "%c", *s);
		puts("'");
	}
	fish_options("__fish_use_subcommand", ul_options, NULL);
	puts("complete -c zramctl -n __fish_use_subcommand -a \"(" DEVICES
	     ")\"");
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		snprintf(when, sizeof(when), "__fish_seen_subcommand_from %s",
			 (*c)->name);
		fish_options(when, (*c)->opts, (*c)->cols);
		if (takes_device(*c))
			printf("complete -c zramctl -n '%s' -a \"(" DEVICES
			       ")\"\n", when);
		if (has_words(*c) || takes_command(*c)) {
			printf("complete -c zramctl -n '%s' -a '", when);
			put_words((*c)->operands);
			if (takes_command(*c))
				put_command_names();
			puts("'");
		}
	}
}

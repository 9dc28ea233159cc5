// SPDX-License-Identifier: GPL-2.0-or-later
/* The screen of top: the terminal, signals, keys and the loop. */
#include "top_screen_impl.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "util.h"

#define REDRAW 12	/* ^L */
#define INTERVAL_MIN 0.1
#define INTERVAL_MAX 60.0

static volatile sig_atomic_t ended_by;

static void on_end(int sig)
{
	ended_by = sig;
}

bool top_screen_can(void)
{
	int err;

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		return false;
	/* A terminal of unknown type, or one that cannot move its cursor. */
	if (setupterm(NULL, STDOUT_FILENO, &err) == ERR)
		return false;
	return cursor_address && clear_screen;
}

static void make_colours(struct view *v)
{
	static const short level[8] = { 17, 19, 55, 90, 125, 160, 208, 226 };
	static const short few[8] = { COLOR_BLUE, COLOR_BLUE, COLOR_CYAN,
				      COLOR_CYAN, COLOR_MAGENTA, COLOR_RED,
				      COLOR_RED, COLOR_YELLOW };
	static const short tier[4] = { COLOR_RED, COLOR_YELLOW, COLOR_CYAN,
				       COLOR_BLUE };
	const char *no = getenv("NO_COLOR");

	if ((no && *no) || !has_colors() || start_color() == ERR)
		return;
	use_default_colors();
	v->colours = true;
	for (int i = 0; i < 4; i++)
		init_pair(1 + i, tier[i], -1);
	for (int i = 0; i < 8; i++)
		init_pair(5 + i, COLORS >= 256 ? COLOR_WHITE : few[i],
			  COLORS >= 256 ? level[i] : -1);
	init_pair(13, COLOR_RED, -1);
}

/* ---- stderr, which would write across the screen ---- */

struct hidden {
	int err, kept;
};

static void hide_stderr(struct hidden *h)
{
	fflush(stderr);
	h->err = dup(STDERR_FILENO);
	h->kept = memfd_create("zramctl", MFD_CLOEXEC);
	if (h->err >= 0 && h->kept >= 0)
		dup2(h->kept, STDERR_FILENO);
}

/* The last line that was said becomes the message. */
static void read_message(const struct hidden *h, struct view *v)
{
	char text[512];
	off_t end = h->kept < 0 ? 0 : lseek(h->kept, 0, SEEK_END), from;
	ssize_t n;
	char *line;

	if (end <= 0)
		return;
	from = end > (off_t)sizeof(text) - 1 ? end - (off_t)sizeof(text) + 1 : 0;
	n = pread(h->kept, text, sizeof(text) - 1, from);
	if (n <= 0)
		return;
	text[n] = 0;
	while (n && text[n - 1] == '\n')
		text[--n] = 0;
	line = strrchr(text, '\n');
	snprintf(v->message, sizeof(v->message), "%.255s", line ? line + 1 : text);
	if (ftruncate(h->kept, 0) || lseek(h->kept, 0, SEEK_SET))
		v->message[0] = 0;
}

static void show_stderr(struct hidden *h)
{
	char text[4096];
	ssize_t n;

	fflush(stderr);
	if (h->err < 0 || h->kept < 0)
		return;
	n = pread(h->kept, text, sizeof(text), 0);
	dup2(h->err, STDERR_FILENO);
	if (n > 0 && write(STDERR_FILENO, text, n) != n)
		ended_by = ended_by ? ended_by : SIGHUP;
	close(h->err);
	close(h->kept);
}

/* ---- the loop ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void take(struct view *v, const struct top_screen_source *src,
		 struct top_dev **copy, bool fresh)
{
	size_t nr;
	const struct top_dev *dev = src->devices(src->arg, &nr);
	struct top_dev *c = realloc(*copy, (nr + 1) * sizeof(*c));

	if (!c)
		return;
	*copy = c;
	memcpy(c, dev, nr * sizeof(*c));
	for (size_t i = 0; i < nr; i++)
		client_fill_use(&c[i].dev);
	scan_look(&v->scan, src->observer(src->arg), c, nr);
	view_take(v, c, nr, fresh);
	if (nr)
		src->work(src->arg, v->selected, &v->work);
}

/* False: the user wants to end. */
static bool on_key(struct view *v, int key, struct top_dev *dev)
{
	if (v->help && key != ERR && key != KEY_RESIZE && key != 'q') {
		v->help = false;
		return true;
	}
	switch (key) {
	case 'q':
		return false;
	case 'h':
	case '?':
		v->help = true;
		break;
	case 'p':
	case ' ':
		v->paused = !v->paused;
		break;
	case 's':
		v->sort = (v->sort + 1) % NR_SORTS;
		view_take(v, dev, v->nr, false);
		break;
	case 'r':
		v->reverse = !v->reverse;
		view_take(v, dev, v->nr, false);
		break;
	case KEY_UP:
	case 'k':
		view_move(v, -1);
		break;
	case KEY_DOWN:
	case 'j':
		view_move(v, 1);
		break;
	case '+':
		v->interval = v->interval * 2 < INTERVAL_MAX ? v->interval * 2 : INTERVAL_MAX;
		break;
	case '-':
		v->interval = v->interval / 2 > INTERVAL_MIN ? v->interval / 2 : INTERVAL_MIN;
		break;
	case REDRAW:
		clearok(stdscr, TRUE);
		break;
	}
	if (key != ERR)
		v->message[0] = 0;
	return true;
}

static enum cmd_result loop(struct view *v, const struct top_screen_source *src,
			    uint32_t count, const struct hidden *h)
{
	double next = now() + v->interval;
	struct top_dev *copy = NULL;
	enum cmd_result res = CMD_OK;
	uint32_t looks = 1;

	take(v, src, &copy, false);
	while (!ended_by && res == CMD_OK) {
		double left;
		int key;

		read_message(h, v);
		view_draw(v);
		left = next - now();
		timeout(left > 0 ? (int)(left * 1000) + 1 : 0);
		key = getch();
		if (ended_by || !on_key(v, key, copy))
			break;
		if (v->nr && v->selected != v->work.id)
			src->work(src->arg, v->selected, &v->work);
		if (now() < next)
			continue;
		if (count && looks >= count)
			break;
		next = now() + v->interval;
		if (v->paused)
			continue;
		res = src->look(src->arg);
		looks++;
		if (res == CMD_OK)
			take(v, src, &copy, true);
	}
	free(copy);
	return res;
}

static void catch_ends(struct sigaction *old, bool catch)
{
	static const int sig[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction act = { .sa_handler = on_end };

	for (size_t i = 0; i < ARRAY_SIZE(sig); i++)
		sigaction(sig[i], catch ? &act : &old[i], catch ? &old[i] : NULL);
}

enum cmd_result top_screen_run(const struct top_screen_source *src,
			       double interval, uint32_t count)
{
	struct view *v = calloc(1, sizeof(*v));
	struct sigaction old[4];
	enum cmd_result res;
	struct hidden h;

	if (!v) {
		util_error("out of memory");
		return CMD_FAILED;
	}
	setlocale(LC_CTYPE, "");
	v->interval = interval;
	v->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	hide_stderr(&h);
	initscr();	/* top_screen_can() knows that it can */
	catch_ends(old, true);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	make_colours(v);
	res = loop(v, src, count, &h);
	endwin();
	catch_ends(old, false);
	show_stderr(&h);
	scan_drop(&v->scan);
	free(v->row);
	free(v);
	/* Die of it, as the one who sent it expects. */
	if (ended_by && ended_by != SIGINT)
		raise(ended_by);
	return res;
}

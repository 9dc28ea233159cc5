// SPDX-License-Identifier: GPL-2.0-or-later
/* The screen of top: what stands where, for any size from 40x10 up. */
#include "top_screen_impl.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util.h"

#define LEVELS		8
#define MIN_COLS	40
#define MIN_LINES	10
#define BAR_MIN		10

/* Colour pairs: 1..4 tiers, then the levels of the strip, then alarm. */
enum { PAIR_TIER = 1, PAIR_LEVEL = 5, PAIR_ALARM = PAIR_LEVEL + LEVELS };

static const char tier_mark[] = "#=-.";
static const char shade[LEVELS + 1] = ".:-=+*#@";
static const char *const spark[LEVELS] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char plain_spark[LEVELS + 1] = "_.-~+=*#";

/* ---- rows ---- */

const char *view_sort_name(enum view_sort sort)
{
	static const char *const name[NR_SORTS] = {
		"name", "data", "memory", "ratio", "in", "out", "failed",
	};

	return name[sort];
}

static uint64_t memory_of(const struct top_dev *t)
{
	return t->dev.mem_used_total + t->dev.table_bytes +
	       t->dev.codec_bytes + t->dev.pack_bytes;
}

static double ratio_of(const struct top_dev *t)
{
	return t->dev.mem_used_total ?
	       (double)t->dev.orig_data_size / t->dev.mem_used_total : 0;
}

static uint64_t failed_of(const struct top_dev *t)
{
	return t->dev.failed_reads + t->dev.failed_writes;
}

static double key_of(const struct top_dev *t, enum view_sort sort)
{
	switch (sort) {
	case SORT_DATA:
		return t->dev.orig_data_size;
	case SORT_MEMORY:
		return memory_of(t);
	case SORT_RATIO:
		return ratio_of(t);
	case SORT_IN:
		return t->write_rate;
	case SORT_OUT:
		return t->read_rate;
	case SORT_FAILED:
		return failed_of(t);
	default:
		return -(double)t->dev.id;	/* numbers grow downwards */
	}
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct top_dev *x = *(const struct top_dev *const *)a;
	const struct top_dev *y = *(const struct top_dev *const *)b;
	const struct view *v = arg;
	double kx = key_of(x, v->sort), ky = key_of(y, v->sort);
	int c = (kx < ky) - (kx > ky);

	if (v->reverse)
		c = -c;
	return c ? c : (x->dev.id > y->dev.id) - (x->dev.id < y->dev.id);
}

static struct past *past_of(struct view *v, const struct top_dev *t)
{
	struct past *p = &v->past[t->dev.id % ARRAY_SIZE(v->past)];

	if (!p->known || p->id != t->dev.id)
		*p = (struct past){ .known = true, .id = t->dev.id,
				    .failed = failed_of(t) };
	/* A reset starts its counts again. */
	if (p->failed > failed_of(t))
		p->failed = 0;
	return p;
}

void view_take(struct view *v, const struct top_dev *dev, size_t nr, bool fresh)
{
	const struct top_dev **row = realloc(v->row, (nr + 1) * sizeof(*row));

	if (!row)
		return;
	v->row = row;
	v->nr = nr;
	for (size_t i = 0; i < nr; i++) {
		struct past *p = past_of(v, &dev[i]);

		row[i] = &dev[i];
		if (!fresh || !dev[i].has_rates)
			continue;
		p->in[p->at] = dev[i].write_rate;
		p->out[p->at] = dev[i].read_rate;
		p->at = (p->at + 1) % HISTORY;
		p->nr += p->nr < HISTORY;
	}
	qsort_r(row, nr, sizeof(*row), compare, v);
	view_move(v, 0);
}

static size_t selected_row(const struct view *v)
{
	for (size_t i = 0; i < v->nr; i++)
		if (v->row[i]->dev.id == v->selected)
			return i;
	return v->nr;
}

void view_move(struct view *v, int step)
{
	size_t i = selected_row(v);

	if (!v->nr)
		return;
	if (i == v->nr)
		i = 0;
	else if (step < 0)
		i -= i ? 1 : 0;
	else if (step > 0)
		i += i + 1 < v->nr ? 1 : 0;
	v->selected = v->row[i]->dev.id;
}

/* ---- pieces ---- */

static void paint(const struct view *v, int pair, attr_t without)
{
	if (v->colours)
		attron(COLOR_PAIR(pair));
	else
		attron(without);
}

/* @text at most @width long, the rest of it blank. */
static void put(int y, int x, int width, const char *text)
{
	if (width > 0 && x < COLS)
		mvprintw(y, x, "%-*.*s", width < COLS - x ? width : COLS - x,
			 width < COLS - x ? width : COLS - x, text);
}

/* Data as a share of the disksize, by tier. */
static void draw_bar(struct view *v, int y, int x, int width,
		     const struct top_dev *t)
{
	const struct scan_sum *s = scan_of(&v->scan, t->dev.id);
	double full = t->dev.disksize ? (double)t->dev.orig_data_size /
					t->dev.disksize : 0;
	int filled = full * (width - 2) + 0.5, at = 0;
	uint64_t before = 0;

	if (filled > width - 2)
		filled = width - 2;
	if (!filled && t->dev.orig_data_size)
		filled = 1;
	mvaddch(y, x, '[');
	mvaddch(y, x + width - 1, ']');
	for (int tier = 0; s && s->used && tier < 4; tier++) {
		int end;

		before += s->by_tier[tier];
		end = (double)before / s->used * filled + 0.5;
		paint(v, PAIR_TIER + tier, A_NORMAL);
		for (; at < end; at++)
			mvaddch(y, x + 1 + at, tier_mark[tier]);
		attrset(A_NORMAL);
	}
	for (; !s && at < filled; at++)
		mvaddch(y, x + 1 + at, '|');
}

#define CELL_WIDTH 6

struct column {
	const char *name;
	int width;
	void (*put)(char *buf, const struct top_dev *t);
};

static void size_cell(char *buf, bool known, double bytes)
{
	char size[UTIL_SIZE_LEN];

	char *point;

	snprintf(buf, UTIL_SIZE_LEN, "%s",
		 known ? util_format_size(size, bytes) : "-");
	/* "1023.9M" is too wide, and must not lose its unit. */
	point = strchr(buf, '.');
	if (point && strlen(buf) > CELL_WIDTH)
		memmove(point, point + 2, strlen(point + 2) + 1);
}

static void put_ratio(char *buf, const struct top_dev *t)
{
	if (t->dev.mem_used_total)
		snprintf(buf, UTIL_SIZE_LEN, "%.2f", ratio_of(t));
	else
		strcpy(buf, "-");
}

static void put_data(char *buf, const struct top_dev *t)
{
	size_cell(buf, model_has(&t->dev, MODEL_ORIG_DATA_SIZE), t->dev.orig_data_size);
}

static void put_memory(char *buf, const struct top_dev *t)
{
	size_cell(buf, model_has(&t->dev, MODEL_MEM_USED_TOTAL), memory_of(t));
}

static void put_in(char *buf, const struct top_dev *t)
{
	size_cell(buf, t->has_rates, t->write_rate);
}

static void put_out(char *buf, const struct top_dev *t)
{
	size_cell(buf, t->has_rates, t->read_rate);
}

static void put_algo(char *buf, const struct top_dev *t)
{
	snprintf(buf, UTIL_SIZE_LEN, "%.8s", model_has(&t->dev, MODEL_ALGO) ? t->dev.algo : "-");
}

static void put_size(char *buf, const struct top_dev *t)
{
	size_cell(buf, model_has(&t->dev, MODEL_DISKSIZE), t->dev.disksize);
}

static void put_limit(char *buf, const struct top_dev *t)
{
	size_cell(buf, t->dev.mem_limit, t->dev.mem_limit);
}

static void put_failed(char *buf, const struct top_dev *t)
{
	snprintf(buf, UTIL_SIZE_LEN, "%llu", (unsigned long long)failed_of(t));
}

/* In the order in which they find room; 40 columns hold the first five. */
static const struct column columns[] = {
	{ "RATIO", 5, put_ratio }, { "DATA", CELL_WIDTH, put_data },
	{ "MEM", CELL_WIDTH, put_memory }, { "IN/S", CELL_WIDTH, put_in },
	{ "OUT/S", CELL_WIDTH, put_out },
	{ "FAIL", 5, put_failed }, { "ALGO", 8, put_algo },
	{ "SIZE", CELL_WIDTH, put_size }, { "LIMIT", CELL_WIDTH, put_limit },
};

#define NAME_WIDTH 7

/* Draw a row of the table, or its headings (@t NULL). */
static void draw_row(struct view *v, int y, const struct top_dev *t)
{
	int x = NAME_WIDTH, room = COLS >= 60 ? COLS - BAR_MIN - 10 : COLS;
	char buf[UTIL_SIZE_LEN];

	if (t)
		snprintf(buf, sizeof(buf), "zram%u", t->dev.id);
	put(y, 0, NAME_WIDTH, t ? buf : "NAME");
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const struct column *c = &columns[i];

		if (x + c->width > room)
			break;
		if (t)
			c->put(buf, t);
		mvprintw(y, x, "%*.*s ", c->width, c->width, t ? buf : c->name);
		x += c->width + 1;
	}
	if (COLS - x < BAR_MIN)
		return;
	if (t)
		draw_bar(v, y, x, COLS - x, t);
	else
		put(y, x, COLS - x, "TIERS");
}

static void draw_title(const struct view *v)
{
	uint64_t data = 0, memory = 0;
	char saved[UTIL_SIZE_LEN], used[UTIL_SIZE_LEN], text[256], clock[16];
	time_t now = time(NULL);
	struct tm tm;

	for (size_t i = 0; i < v->nr; i++) {
		data += v->row[i]->dev.orig_data_size;
		memory += memory_of(v->row[i]);
	}
	util_format_size(saved, data > memory ? data - memory : 0);
	util_format_size(used, memory);
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &tm));
	snprintf(text, sizeof(text), "zram %s  saved %s  memory %s%s", clock,
		 saved, used, v->paused ? "  PAUSED" : "");
	attron(A_REVERSE);
	put(0, 0, COLS, text);
	if (COLS >= 76) {
		snprintf(text, sizeof(text), "every %.3gs  by %s%s ", v->interval,
			 view_sort_name(v->sort), v->reverse ? " (reversed)" : "");
		mvaddstr(0, COLS - strlen(text), text);
	}
	attrset(A_NORMAL);
}

static void draw_footer(const struct view *v)
{
	attron(A_REVERSE);
	put(LINES - 1, 0, COLS, v->message[0] ? v->message : COLS >= 76 ?
	    "q quit  h help  arrows select  s sort  r reverse  p pause  +/- interval" :
	    "q quit  h help  s sort  p pause");
	attrset(A_NORMAL);
}

/* ---- the selected device ---- */

static void draw_strip(struct view *v, int y, const struct top_dev *t)
{
	const struct scan_sum *s = scan_of(&v->scan, t->dev.id);
	enum heat_order order = strcmp(t->dev.use, MODEL_USE_SWAP) ?
				HEAT_BY_HEAT : HEAT_BY_AGE;
	int width = COLS - 2;

	if (!s) {
		put(y, 0, COLS, "not observed: no ages and tiers");
		return;
	}
	mvaddch(y, 0, '|');
	mvaddch(y, COLS - 1, '|');
	for (int x = 0; x < width; x++) {
		int from = x * SCAN_CELLS / width, level;
		int to = (x + 1) * SCAN_CELLS / width;
		struct heat_cell sum = { 0 };

		for (int i = from; i < (to > from ? to : from + 1); i++) {
			sum.slots += s->cell[i].slots;
			sum.used += s->cell[i].used;
			sum.age_sum += s->cell[i].age_sum;
			sum.heat_sum += s->cell[i].heat_sum;
		}
		level = heat_cell_level(&sum, order, s->oldest, LEVELS);
		if (level < 0)
			continue;
		paint(v, PAIR_LEVEL + level, A_NORMAL);
		mvaddch(y, 1 + x, shade[level]);
		attrset(A_NORMAL);
	}
}

static void draw_ages(struct view *v, int y, const struct top_dev *t)
{
	const struct scan_sum *s = scan_of(&v->scan, t->dev.id);
	double per = s && s->used ? 100.0 / s->used : 0;
	char text[160];

	if (!s)
		return;
	snprintf(text, sizeof(text),
		 COLS >= 76 ? "ages  <1m %.0f%%  1-10m %.0f%%  10-60m %.0f%%  >1h %.0f%%   tiers  # hot %.0f%%  = warm %.0f%%  - cold %.0f%%  . frozen %.0f%%" :
		 "<1m %.0f%% <10m %.0f%% <1h %.0f%% older %.0f%%",
		 per * s->by_age[0], per * s->by_age[1], per * s->by_age[2],
		 per * s->by_age[3], per * s->by_tier[0], per * s->by_tier[1],
		 per * s->by_tier[2], per * s->by_tier[3]);
	put(y, 0, COLS, text);
}

static void draw_events(struct view *v, int y, const struct top_dev *t)
{
	const struct past *p = past_of(v, t);
	bool near = t->dev.mem_limit &&
		    t->dev.mem_used_total > t->dev.mem_limit * 9 / 10;
	bool alarm = failed_of(t) > p->failed || near;
	char text[160];
	int n;

	n = snprintf(text, sizeof(text), "failed writes %llu reads %llu (+%llu)",
		     (unsigned long long)t->dev.failed_writes,
		     (unsigned long long)t->dev.failed_reads,
		     (unsigned long long)(failed_of(t) - p->failed));
	if (t->dev.mem_limit)
		snprintf(text + n, sizeof(text) - n, "  limit %.0f%%%s",
			 100.0 * t->dev.mem_used_total / t->dev.mem_limit,
			 near ? " NEAR" : "");
	if (alarm)
		paint(v, PAIR_ALARM, A_BOLD);
	put(y, 0, COLS, text);
	attrset(A_NORMAL);
}

/* The last looks at the right; the highest of them is a full column. */
static void draw_history(struct view *v, int y, const struct past *p,
			 const float *rate, const char *name)
{
	int width = COLS - 14, shown = p->nr < (unsigned int)width ? (int)p->nr : width;
	char size[UTIL_SIZE_LEN];
	float most = 0;

	for (int i = 0; i < shown; i++) {
		float r = rate[(p->at + HISTORY - 1 - i) % HISTORY];

		most = r > most ? r : most;
	}
	mvprintw(y, 0, "%-3.3s %7.7s/s", name, util_format_size(size, most));
	for (int i = 0; i < shown; i++) {
		float r = rate[(p->at + HISTORY - 1 - i) % HISTORY];
		int level = most > 0 ? r / most * (LEVELS - 1) + 0.5f : 0;

		if (r <= 0)
			continue;
		if (v->utf8)
			mvaddstr(y, COLS - 1 - i, spark[level]);
		else
			mvaddch(y, COLS - 1 - i, plain_spark[level]);
	}
}

static bool has_job(const struct view *v, const struct top_dev *t)
{
	return v->work.known && v->work.id == t->dev.id && v->work.has_job;
}

static bool has_disk(const struct top_dev *t)
{
	return model_has(&t->dev, MODEL_BACKING_SIZE | MODEL_BACKING_USED);
}

/* Lines that all there is to say of the selected device takes. */
static int detail_lines(const struct view *v)
{
	size_t row = selected_row(v);

	return row == v->nr ? 6 : 6 + has_job(v, v->row[row]) +
				  has_disk(v->row[row]);
}

static void draw_work(const struct view *v, int y, const struct top_dev *t,
		      bool job)
{
	char text[160];

	if (job)
		top_work_job_text(&v->work, text, sizeof(text), COLS);
	else
		top_work_disk_text(&v->work, &t->dev, text, sizeof(text), COLS);
	put(y, 0, COLS, text);
}

/* From line @y to before @end, the most telling first. */
static void draw_selected(struct view *v, int y, int end)
{
	size_t row = selected_row(v);
	const struct top_dev *t = row < v->nr ? v->row[row] : NULL;
	const struct past *p = t ? past_of(v, t) : NULL;
	char text[512];

	if (!t || y >= end)
		return;
	snprintf(text, sizeof(text), "zram%u %s %s%.100s", t->dev.id, t->dev.algo,
		 model_has(&t->dev, MODEL_USE) ? t->dev.use : "",
		 t->dev.disksize ? "" : "no size yet");
	attron(A_BOLD);
	put(y++, 0, COLS, text);
	attrset(A_NORMAL);
	if (y < end)
		draw_strip(v, y++, t);
	if (y < end)
		draw_events(v, y++, t);
	if (y < end && has_job(v, t))
		draw_work(v, y++, t, true);
	if (y < end)
		draw_ages(v, y++, t);
	if (y < end && has_disk(t))
		draw_work(v, y++, t, false);
	if (y < end)
		draw_history(v, y++, p, p->in, "in");
	if (y < end)
		draw_history(v, y, p, p->out, "out");
}

static void draw_help(const struct view *v)
{
	static const char *const line[] = {
		"q, ^C      quit",
		"h, ?       this help; any key goes back",
		"up, down   select a device (also k, j)",
		"s          sort: name, data, memory, ...",
		"r          reverse the order",
		"p, space   pause and go on",
		"+, -       look less or more often",
		"^L         draw anew",
		"",
		"The bar is the data against the disksize, by tier: # hot (as it was",
		"written), = warm (recompressed), - cold (packed), . frozen (on disk).",
		"| where the device is not observed. The strip shows the device from",
		"its first to its last slot, from cold (.) to hot (@): by age on swap,",
		"by reads elsewhere. Slots of large devices are read in turns. Below",
		"it: failed requests, the job that runs or ran last, ages, the disk.",
	};

	for (size_t i = 0; i < ARRAY_SIZE(line) && (int)i + 2 < LINES; i++)
		put(1 + i, 0, COLS, line[i]);
}

void view_draw(struct view *v)
{
	int detail, rows, wanted, top = 0;
	size_t chosen = selected_row(v);

	erase();
	if (COLS < MIN_COLS || LINES < MIN_LINES) {
		put(0, 0, COLS, "too small: 40x10 at least");
		refresh();
		return;
	}
	draw_title(v);
	draw_footer(v);
	if (v->help) {
		draw_help(v);
		refresh();
		return;
	}
	/* Half of it for the devices at least, where there are so many. */
	rows = LINES - 3;
	wanted = detail_lines(v);
	detail = rows - (int)v->nr <= wanted ? rows - (int)v->nr - 1 : wanted;
	if (detail < rows / 2)
		detail = rows / 2 < wanted ? rows / 2 : wanted;
	rows -= detail;
	attron(A_UNDERLINE);
	draw_row(v, 1, NULL);
	attrset(A_NORMAL);
	if ((int)chosen >= rows && chosen < v->nr)
		top = chosen - rows + 1;
	for (int i = 0; i < rows && top + i < (int)v->nr; i++) {
		const struct top_dev *t = v->row[top + i];

		draw_row(v, 2 + i, t);
		if (t->dev.id == v->selected)
			mvchgat(2 + i, 0, NAME_WIDTH - 1, A_REVERSE, 0, NULL);
	}
	if (!v->nr)
		put(2, 0, COLS, "no devices; 'zramctl create' makes one");
	draw_selected(v, LINES - 1 - detail, LINES - 1);
	refresh();
}
